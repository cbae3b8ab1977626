/** The help text of `check`. */
export const helpText = `Usage: extcheck [check] [options] IMAGE...

Checks ext2, ext3 and ext4 images the way e2fsck -fn does, read-only, without
root or mounting, and says which paths are lost. An image is a file or a block
device; .gz is unpacked. IMAGE?offset=N checks what starts N bytes into it.

Options:
  --format FORMAT      text (default), json (an object; an array when several
                       images are named) or ndjson (one report a line)
  --fail-on SEVERITY   fail from this severity on: info, warning (default),
                       error, fatal
  --require PATH       this file must be in the image, whole and not empty;
                       may be repeated
  --require-from FILE  the same for each path in FILE, one a line, # for
                       comments; - is standard input
  --max-findings N     keep the first N findings of each problem (10000);
                       counts stay complete
  --offset N           the file system starts N bytes into the image; also
                       2048s (sectors), 1M, 1G; ?offset= on an image wins
  --manifest FILE      verify the files that FILE names: an mtree file or a list
                       as sha256sum writes it; may be repeated
  --manifest-root DIR  the directory in the image that manifests start in (/)
  --manifest-times     compare times of last change as well
  --extra              report files that the manifest does not name
  --packages           verify the files of all packages by the databases of
                       dpkg, rpm, apk or pacman that are in the image
  --policy FILE        verify the rules of a policy (JSON); may be repeated
  --bmap FILE          verify the image's bytes against its block map
  --profile NAME       walk the way of a boot as well, as extcheck boot does:
                       elemental, harvester, kairos, generic-linux or FILE.json
  --baseline FILE      accept the findings in FILE, fail on new ones only
  --write-baseline FILE
                       accept all that is found now, and write it to FILE
  --report KIND=FILE   write another report beside the one printed: sarif,
                       junit, json, ndjson, github, prometheus or markdown;
                       may be repeated; --report github prints annotations
  --boot-loader WHO    say which features this boot loader cannot use:
                       grub@2.06, u-boot@2024.01, grub for any in use;
                       +feature and -feature for what a vendor changed
  --kernel VERSION     the same for this kernel, as 5.14+verity
  --e2fsck VERSION     the same for this e2fsck, as 1.46
  --no-replay          check the state before the journal is replayed, as
                       e2fsck -fn does, not the one a mount would find
  --content            read all files as well and find those that have lost
                       their data; e2fsck does not see that
  --jobs N             threads to keep busy, at most (as many as pay)
  -q, --quiet          print the verdict lines only
  -v, --verbose        print all paths and all findings with all their data
  --color WHEN         auto (default), always or never; auto follows NO_COLOR
                       and FORCE_COLOR
  --explain ID         explain a problem by its id or by e2fsck's code, such
                       as 0x010005; --explain list names all problems
  -h, --help           print this text
  -V, --version        print the version
  --                   what follows are images

Exit status, as of fsck(8); of several images the statuses are added up:
  0   pass: all was checked, nothing found is as bad as --fail-on
  4   problems as bad as --fail-on or worse, or a required path failed
  8   could not check: no ext file system, unreadable, or parts left out
  16  wrong use
  32  interrupted
4 stands for an image even if parts of it were left out; 12 means that one
image has problems and another one could not be checked.

Examples:
  extcheck active.img
  extcheck --content active.img
  extcheck --require /boot/vmlinuz --require /boot/initrd active.img
  extcheck --format json active.img | jq -r '.affected[].path'
  extcheck --manifest root.mtree --extra --report sarif=out.sarif active.img
  extcheck --packages --fail-on error active.img
  extcheck --content --profile harvester active.img
  extcheck --offset 2048s disk.img
  extcheck --quiet --fail-on error *.img
`;
