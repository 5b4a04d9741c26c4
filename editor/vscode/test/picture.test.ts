import assert from "node:assert/strict";
import { test } from "node:test";
import { inTheme } from "../src/picture";

test("a picture is dark when the editor is", () => {
  const svg = "<style>a{} @media (prefers-color-scheme: dark) {b{}} @media ( prefers-color-scheme:light ){c{}}</style>";
  assert.equal(inTheme(svg, true), "<style>a{} @media all {b{}} @media not all{c{}}</style>");
  assert.equal(inTheme(svg, false), "<style>a{} @media not all {b{}} @media all{c{}}</style>");
  assert.equal(inTheme("<svg/>", true), "<svg/>");
});
