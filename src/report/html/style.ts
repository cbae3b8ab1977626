/** The style sheet of the HTML report: light and dark, for the screen and for paper. */

/** Colours that people with any kind of colour blindness can tell apart, by Okabe and Ito. */
export const style = `
:root{color-scheme:light dark;--page:#fff;--text:#1b1f24;--dim:#57606a;--line:#d0d7de;--soft:#f3f5f7;--good:#006b4f;--doubtful:#8a5a00;--bad:#b03a00;
--free:#eef1f4;--superblock:#0072b2;--bitmap:#56b4e9;--inode-table:#009e73;--directory:#e69f00;--index:#a36a00;--mapping:#cc79a7;--attributes:#8d4f73;--journal:#f0e442;--data:#a9b1ba;--reserved:#d3d8de;--unowned:#6e7781;--mark:#d55e00}
@media (prefers-color-scheme:dark){:root{--page:#14181d;--text:#e6e9ec;--dim:#9aa4af;--line:#39424d;--soft:#1e242b;--good:#3fc79a;--doubtful:#f0b840;--bad:#ff8a4a;
--free:#20262d;--data:#5d6874;--reserved:#343c46;--unowned:#8b96a2;--index:#b57d18;--mark:#ff7a1a}}
*{box-sizing:border-box}
html{background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif}
body{margin:0 auto;max-width:76rem;padding:0 1.25rem 4rem}
h1{font-size:1.5rem;margin:1.5rem 0 .5rem}
h2{font-size:1.35rem;line-height:1.3;margin:0;overflow-wrap:anywhere}
h3{border-bottom:1px solid var(--line);font-size:1.1rem;margin:2.25rem 0 .75rem;padding-bottom:.25rem}
h4{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:.5rem 0;max-width:52rem;overflow-wrap:anywhere}
a{color:inherit}
code,pre,.path{font-family:ui-monospace,monospace;font-size:.875em;overflow-wrap:anywhere}
pre{background:var(--soft);border:1px solid var(--line);border-radius:.35rem;margin:.4rem 0;overflow-x:auto;padding:.5rem .75rem;user-select:all;white-space:pre-wrap}
.dim{color:var(--dim)}
.num{font-variant-numeric:tabular-nums;text-align:right;white-space:nowrap}
.report{margin-top:1.5rem}
.verdict{background:var(--soft);border-left:.5rem solid var(--tone);border-radius:.35rem;padding:1rem 1.25rem}
.verdict h2::before{color:var(--tone);content:attr(data-sign) " ";font-weight:700}
.good{--tone:var(--good)}.doubtful{--tone:var(--doubtful)}.bad{--tone:var(--bad)}
.toc{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.75rem 0;padding:0}
.steps>li{margin-bottom:.75rem}
.badge{border:1px solid currentcolor;border-radius:.25rem;display:inline-block;font-size:.75rem;font-weight:600;line-height:1.2;padding:.1rem .35rem;white-space:nowrap}
.fatal,.error,.harm{color:var(--bad)}.warning{color:var(--doubtful)}.info{color:var(--dim)}
summary{cursor:pointer;padding:.15rem 0}
:focus-visible{outline:3px solid var(--superblock);outline-offset:2px}
.tree,.tree ul{list-style:none;margin:0;padding:0}
.tree ul{border-left:1px solid var(--line);margin-left:.35rem;padding-left:1rem}
.tree li{overflow-wrap:anywhere}
.problem{border:1px solid var(--line);border-radius:.35rem;margin:.5rem 0;padding:.25rem .75rem}
.problem>summary{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline}
.problem>summary::before{content:"\\25b8";color:var(--dim)}
.problem[open]>summary::before{content:"\\25be"}
.problem ol{font-size:.9rem;margin:.5rem 0;padding-left:3.25rem}
.problem li{overflow-wrap:anywhere}
.filter{align-items:center;display:flex;flex-wrap:wrap;gap:.5rem 1rem;margin:.75rem 0}
.filter[hidden],[hidden]{display:none}
.filter input[type=search]{background:var(--page);border:1px solid var(--dim);border-radius:.25rem;color:inherit;font:inherit;min-width:18rem;padding:.25rem .5rem}
table{border-collapse:collapse;font-size:.9rem;margin:.5rem 0}
th,td{border-bottom:1px solid var(--line);overflow-wrap:anywhere;padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}
th{font-weight:600}
td.num,th.num{text-align:right}
.facts th{color:var(--dim);font-weight:400;white-space:nowrap}
.wide{overflow-x:auto}
.chain{padding-left:1.5rem}
.legend{display:flex;flex-wrap:wrap;font-size:.85rem;gap:.25rem 1.1rem;list-style:none;margin:.5rem 0;padding:0}
.legend li{align-items:center;display:flex;gap:.4rem}
.legend svg{flex:none}
.zoom{border:0;display:flex;flex-wrap:wrap;font-size:.85rem;gap:.25rem 1rem;margin:.5rem 0;padding:0}
.zoom legend{float:left;padding:0 .75rem 0 0}
.map{border:1px solid var(--line);border-radius:.35rem;overflow:auto;max-height:80vh;padding:.5rem}
.map svg{display:block;height:auto;width:100%}
.zoomed:has(input[value="2"]:checked) .map svg{width:200%}
.zoomed:has(input[value="4"]:checked) .map svg{width:400%}
.zoomed:has(input[value="8"]:checked) .map svg{width:800%}
.map text{fill:var(--dim);font:9px system-ui,sans-serif}
.map .letter{fill:#fff;font-weight:700;paint-order:stroke;stroke:#000;stroke-width:2px;text-anchor:middle}
.b-free{fill:var(--free)}.b-superblock{fill:var(--superblock)}.b-bitmap{fill:var(--bitmap)}.b-inode-table{fill:var(--inode-table)}.b-directory{fill:var(--directory)}.b-index{fill:var(--index)}.b-mapping{fill:var(--mapping)}.b-attributes{fill:var(--attributes)}.b-journal{fill:var(--journal)}.b-data{fill:var(--data)}.b-reserved{fill:var(--reserved)}.b-unowned{fill:var(--unowned)}
.m{stroke:var(--mark);stroke-width:.6}
.m-unreadable{fill:url(#p-unreadable)}.m-zero{fill:url(#p-zero)}.m-twice{fill:url(#p-twice)}.m-outside{fill:url(#p-outside)}.m-invalid{fill:url(#p-invalid)}.m-checksum{fill:url(#p-checksum)}.m-marked-free{fill:url(#p-marked-free)}
.p-back{fill:var(--mark)}.p-ink{fill:none;stroke:#000;stroke-width:1.4}.p-gap{fill:#fff}
.defs{height:0;position:absolute;width:0}
.skip{left:-99rem;position:absolute}
.skip:focus{left:1rem;top:1rem}
@media print{
html{font-size:10pt}
body{max-width:none;padding:0}
.filter,.zoom,.toc,.skip{display:none}
.map{max-height:none;overflow:visible}
.map svg{width:100%!important}
pre,.problem,.verdict,tr{break-inside:avoid}
.report{break-before:page}.report:first-of-type{break-before:auto}
svg,.verdict,.badge{print-color-adjust:exact;-webkit-print-color-adjust:exact}
details::details-content{content-visibility:visible;height:auto}
}
`;
