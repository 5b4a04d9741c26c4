import assert from "node:assert/strict";
import { test } from "node:test";
import { Patience } from "../src/patience";

test("a server that never began is left alone", () => {
  assert.equal(new Patience().ended(), "");
});

test("a server that ends now and then is started again, one that ends all the time is not", () => {
  const patience = new Patience();
  patience.began();
  const hour = 60 * 60 * 1000;
  for (let i = 0; i < 10; i++) {
    assert.equal(patience.ended(i * hour), true);
  }
  assert.deepEqual([0, 1, 2].map((i) => patience.ended(20 * hour + i)), [true, true, true]);
  assert.match(String(patience.ended(20 * hour + 3)), /ended 4 times/);
});
