/** Packages made by rpmbuild and installed by rpm into a folder, where both are there. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const runs = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

/** Whether packages can be built and installed, and another program can read what rpm wrote. */
export const hasRpm = runs('rpm') && runs('rpmbuild') && runs('sqlite3');

/** The path of the root's database. */
export const rpmFolder = 'usr/lib/sysimage/rpm';

function run(command: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'latin1', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status} ${stderr} ${stdout}`);
  return stdout;
}

const spec = (name: string, install: string, files: string): string => `Name: ${name}
Version: 1.5
Release: 2
Summary: a package for tests
License: MIT
BuildArch: noarch
%description
A package for tests.
%install
mkdir -p %{buildroot}
cd %{buildroot}
${install}
%files
%defattr(-,root,root)
${files}
`;

/** A package to be made: its name, a script that fills the folder it runs in, and its `%files`. */
export type RpmPackage = readonly [name: string, install: string, files: string];

/** A root into which rpm installed some packages. The caller removes the folder above it. */
export function rpmRootOf(packages: readonly RpmPackage[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-rpm-'));
  try {
    const top = join(folder, 'build');
    const macros = [
      `_topdir ${top}`,
      '_build_id_links none',
      '__os_install_post %{nil}',
      '_binary_payload w0.gzdio',
      '_binaries_in_noarch_packages_terminate_build 0',
    ];
    for (const [name, install, files] of packages) {
      const file = join(folder, `${name}.spec`);
      writeFileSync(file, spec(name, install, files));
      run('rpmbuild', ['-bb', '--quiet', ...macros.flatMap((macro) => ['--define', macro]), file]);
    }
    const root = join(folder, 'root');
    mkdirSync(root);
    const made = readdirSync(join(top, 'RPMS/noarch')).map((name) => join(top, 'RPMS/noarch', name));
    run('rpm', ['--root', root, '--dbpath', `/${rpmFolder}`, '--nodeps', '--noscripts', '-i', ...made]);
    rmSync(top, { recursive: true });
    return root;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** A root with two packages: `tool` with every kind of file, and `many` with 300 small ones, whose header needs more than a page. */
export const rpmRoot = (): string =>
  rpmRootOf([
    [
      'tool',
      `mkdir -p usr/bin usr/lib etc usr/share/doc/tool var/lib/tool usr/libexec
for i in $(seq 200); do echo "a tool of line $i"; done > usr/bin/tool
chmod 755 usr/bin/tool
ln usr/bin/tool usr/bin/hard
echo library > usr/lib/libtool.so.1.0
ln -s libtool.so.1.0 usr/lib/libtool.so.1
echo a=1 > etc/tool.conf
echo doc > usr/share/doc/tool/README
echo ghost > var/lib/tool/ghost
echo may > usr/lib/may-be-missing
echo loose > usr/libexec/loose`,
      `/usr/bin/tool
/usr/bin/hard
/usr/lib/libtool.so.1.0
/usr/lib/libtool.so.1
%config(noreplace) /etc/tool.conf
%doc /usr/share/doc/tool/README
%dir /var/lib/tool
%ghost /var/lib/tool/ghost
%config(missingok) /usr/lib/may-be-missing
%verify(not md5 size mode) /usr/libexec/loose`,
    ],
    [
      'many',
      'mkdir -p usr/share/many\nfor i in $(seq 300); do echo $i > usr/share/many/file-$i; done',
      '/usr/share/many',
    ],
  ]);

/** Header blobs as SQLite's own program reads them. */
export function headerBlobs(database: string): Uint8Array[] {
  const text = run('sqlite3', [database, 'select hex(blob) from Packages order by hnum']);
  return text
    .trim()
    .split('\n')
    .map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
}
