"""Signs of SDK v2 in bundles, and bundles that can still be read."""

from __future__ import annotations

import pytest

from analyzer.code.bundles import imports_in_bytes, marks_in
from analyzer.code.js_syntax import MAX_PARSED_BYTES
from analyzer.code.program import Composed, Import, Place
from tests.code.javascript_programs import calls, env, field, lit, program, record, returned

AGENT = 'function u(){var e="aws-sdk-"+engine+"/"+core.VERSION;return e}'

MARKED = {
    "minified": f'var A={{}};n.update(A,{{VERSION:"2.1693.0",Signers:{{}},Protocol:{{}}}});{AGENT}',
    "printed": f'AWS2.util.update(AWS2, {{\n  VERSION: "2.1693.0",\n  Signers: {{}},\n}});\n{AGENT}',
    "with comments": (
        "AWS.util.update(AWS, {\n  VERSION: '2.1693.0',\n\n  /**\n   * @api private\n   */\n"
        f"  Signers: {{}},\n}});\n{AGENT}"
    ),
    "single quotes": AGENT.replace('"', "'") + "x({VERSION:'2.1693.0',Signers:{}})",
    "template": 'var a=`aws-sdk-${e}/`;x({VERSION:"2.1693.0",Signers:{}})',
    "after a comment": f'/* legal */x({{VERSION:"2.1693.0",Signers:{{}}}});{AGENT}',
    "after a regular expression": f'var r=/[/*]/;x({{VERSION:"2.1693.0",Signers:{{}}}});{AGENT}',
    "after an address": f'f("https://x/*y");x({{VERSION:"2.1693.0",Signers:{{}}}});{AGENT}',
}


@pytest.mark.parametrize("bundle", MARKED)
def test_the_marks_of_v2(bundle: str) -> None:
    source = MARKED[bundle].encode()
    [(mark, place)] = marks_in("index.js", source)
    text = source.decode().split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]
    assert (mark, place.file, place.line) == ("aws-sdk-js-v2 2.1693.0", "index.js", place.end_line)
    assert text.replace(" ", "").replace("'", '"') == 'VERSION:"2.1693.0"'


UNMARKED = {
    "v3": 'var x={VERSION:"3.600.0",Signers:{}};var a=["aws-sdk-js","3.600.0"];var b="aws-sdk-"+1',
    "only the agent": AGENT,
    "only the version": 'x({VERSION:"2.1.0",Signers:{}})',
    "another version 2": f'x({{VERSION:"2.1.0",other:1}});Signers;{AGENT}',
    "client mock": 'require("aws-sdk-client-mock");x({VERSION:"2.1.0",Signers:{}})',
    "line comment": f'// x({{VERSION:"2.1693.0",Signers:{{}}}})\n{AGENT}',
    "block comment": f'/* x({{VERSION:"2.1693.0",\nSigners:{{}}}}) */\n{AGENT}',
    "string": f"var s='x({{VERSION:\"2.1693.0\",Signers:{{}}}})';{AGENT}",
    "template": f'var s=`x({{VERSION:"2.1693.0",Signers:{{}}}})`;{AGENT}',
    "agent in a comment": 'x({VERSION:"2.1693.0",Signers:{}});/* "aws-sdk-"+e */',
    "agent in a string": 'x({VERSION:"2.1693.0",Signers:{}});var s=\'say "aws-sdk-"+e\';',
    "empty": "",
}


@pytest.mark.parametrize("text", UNMARKED)
def test_what_only_speaks_of_v2(text: str) -> None:
    assert marks_in("index.js", UNMARKED[text].encode()) == ()


def test_a_place_counts_characters() -> None:
    source = f'"é€";x({{VERSION:"2.1693.0",Signers:{{}}}});{AGENT}'
    assert marks_in("a.js", source.encode())[0][1] == Place("a.js", 1, 9, 1, 27)


def test_the_program_carries_the_marks() -> None:
    found = program({"index.js": "exports.handler = require('./vendor').run;", "vendor.js": MARKED["minified"]})
    assert [(mark, place.file) for mark, place in found.marks] == [("aws-sdk-js-v2 2.1693.0", "vendor.js")]


def test_a_file_that_is_too_large_is_only_searched() -> None:
    filler = "\n".join("x('padding that is long enough to matter');" for _ in range(MAX_PARSED_BYTES // 40))
    source = f"{MARKED['minified']}\nconst a = require('a');\nimport b from \"b\";\nimport('c');\n{filler}"
    found = program(source)
    assert [mark for mark, _ in found.marks] == ["aws-sdk-js-v2 2.1693.0"]
    assert [(i.module, i.kind, i.place.line) for i in found.imports] == [
        ("a", "require", 2),
        ("b", "import", 3),
        ("c", "dynamic", 4),
    ]
    assert (found.handler_found, found.complete) == (None, False)
    assert "too large to analyse" in found.problems[0]


def test_imports_in_bytes() -> None:
    source = b"const a=require('a');\nx.requires('b');from 'c';import\"d\";require('a');__require(\"e/f\")"
    assert list(imports_in_bytes("i.js", source)) == [
        Import("a", ("*",), "require", Place("i.js", 1, 9, 1, 20)),
        Import("c", ("*",), "import", Place("i.js", 2, 17, 2, 25)),
        Import("d", ("*",), "import", Place("i.js", 2, 26, 2, 35)),
        Import("e/f", ("*",), "require", Place("i.js", 2, 49, 2, 64)),
    ]


ESBUILD = """
"use strict";
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __commonJS = (cb, mod) => function __require() {
  return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, {
          get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable
        });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// src/names.js
var require_names = __commonJS({
  "src/names.js"(exports2, module2) {
    module2.exports = { key: (id) => `out/${id}` };
  }
});

// src/index.ts
var index_exports = {};
__export(index_exports, {
  handler: () => handler
});
module.exports = __toCommonJS(index_exports);
var import_client_s3 = require("@aws-sdk/client-s3");
var names = __toESM(require_names());
var s3 = new import_client_s3.S3Client({});
var handler = async (event) => {
  await s3.send(new import_client_s3.PutObjectCommand({ Bucket: process.env.BUCKET, Key: names.key(event.id) }));
  return { ok: true };
};
// Annotate the CommonJS export names for ESM import in node:
0 && (module.exports = {
  handler
});
"""

# The same after minification, by hand in the shape that esbuild gives it.
MINIFIED = (
    '"use strict";var a=Object.defineProperty;var o=Object.getOwnPropertyDescriptor;var p=Object.getOwnPropertyNames;'
    "var d=Object.prototype.hasOwnProperty;var m=(e,t)=>{for(var n in t)a(e,n,{get:t[n],enumerable:!0})},"
    'l=(e,t,n,s)=>{if(t&&typeof t=="object"||typeof t=="function")for(let r of p(t))!d.call(e,r)&&r!==n&&a(e,r,'
    '{get:()=>t[r],enumerable:!(s=o(t,r))||s.enumerable});return e};var u=e=>l(a({},"__esModule",{value:!0}),e);'
    'var g={};m(g,{handler:()=>k});module.exports=u(g);var c=require("@aws-sdk/client-s3"),i=new c.S3Client({}),'
    "k=async e=>(await i.send(new c.PutObjectCommand({Bucket:process.env.BUCKET,Key:`out/${e.id}`})),{ok:!0});"
    "0&&(module.exports={handler});"
)

WEBPACK = """
(() => {
  var __webpack_modules__ = ({
    "./src/names.js": ((module) => { module.exports = { key: (id) => `out/${id}` }; }),
    "@aws-sdk/client-s3": ((module) => { "use strict"; module.exports = require("@aws-sdk/client-s3"); })
  });
  var __webpack_module_cache__ = {};
  function __webpack_require__(moduleId) {
    var cachedModule = __webpack_module_cache__[moduleId];
    if (cachedModule !== undefined) { return cachedModule.exports; }
    var module = __webpack_module_cache__[moduleId] = { exports: {} };
    __webpack_modules__[moduleId](module, module.exports, __webpack_require__);
    return module.exports;
  }
  (() => {
    __webpack_require__.d = (exports, definition) => {
      for (var key in definition) {
        if (__webpack_require__.o(definition, key) && !__webpack_require__.o(exports, key)) {
          Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
        }
      }
    };
  })();
  (() => { __webpack_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop)) })();
  (() => {
    __webpack_require__.r = (exports) => { Object.defineProperty(exports, '__esModule', { value: true }); };
  })();
  var __webpack_exports__ = {};
  (() => {
    __webpack_require__.r(__webpack_exports__);
    __webpack_require__.d(__webpack_exports__, { handler: () => (handler) });
    var s3mod = __webpack_require__("@aws-sdk/client-s3");
    var names = __webpack_require__("./src/names.js");
    const s3 = new s3mod.S3Client({});
    const handler = async (event) => {
      await s3.send(new s3mod.PutObjectCommand({ Bucket: process.env.BUCKET, Key: (0, names.key)(event.id) }));
      return { ok: true };
    };
  })();
  module.exports = __webpack_exports__;
})();
"""


@pytest.mark.parametrize("bundle", [ESBUILD, MINIFIED, WEBPACK], ids=["esbuild", "esbuild minified", "webpack"])
def test_bundles_that_can_be_read(bundle: str) -> None:
    found = program(bundle)
    put = record(Bucket=env("BUCKET"), Key=Composed((lit("out/"), field("id"))))
    assert calls(found) == [("s3", "PutObject", put)]
    assert [call.awaited for call in found.calls] == [True]
    assert (returned(found), found.handler_found, found.complete) == ([record(ok=lit(True))], True, True)
    assert [(i.module, i.kind) for i in found.imports] == [("@aws-sdk/client-s3", "require")]


def test_an_sdk_inside_the_bundle_is_known_by_its_variable() -> None:
    filler = "\n".join(f"var padding{n} = function (a) {{ return a + {n}; }};" for n in range(3200))
    found = program(f"""
        {filler}
        var import_client_s32 = __toESM(require_dist_cjs87());
        var import_lib_dynamodb = __toESM(require_dist_cjs88());
        var s3 = new import_client_s32.S3Client({{}});
        exports.handler = async (event) => {{
            await s3.send(new import_client_s32.PutObjectCommand({{ Key: event.id }}));
            await unknown.send(new import_lib_dynamodb.PutCommand({{ TableName: 't' }}));
        }};
    """)
    assert calls(found) == [
        ("s3", ("PutObject"), record(Key=field("id"))),
        ("dynamodb", "PutItem", record(TableName=lit("t"))),
    ]
