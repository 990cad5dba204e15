// Made inter.woff2 from Inter 5.3.0: Latin letters and the marks that the pages
// use, weights 400 to 700 only. That takes 20 kB from every first visit. It is
// run by hand when Inter changes, in internal/web/assets:
//
//   npm install --no-save subset-font@2.9.0 @fontsource-variable/inter@5.3.0
//   node src/font/subset.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import subset from 'subset-font';

const range = (a, b) => Array.from({ length: b - a + 1 }, (_, i) => String.fromCodePoint(a + i)).join('');
const text = range(0x20, 0x7e) + range(0xa0, 0xff)
  + '\u0131\u0152\u0153\u02c6\u02da\u02dc\u2002\u2003\u2009\u200b\u2010\u2011\u2012\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e'
  + '\u2020\u2021\u2022\u2026\u202f\u2030\u2032\u2033\u2039\u203a\u2044\u20ac\u2122\u2190\u2191\u2192\u2193\u2212\u2215\u2248\u2264\u2265\ufffd';
const whole = readFileSync('node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2');
writeFileSync('src/font/inter.woff2', await subset(whole, text, { targetFormat: 'woff2', variationAxes: { wght: { min: 400, max: 700 } } }));
