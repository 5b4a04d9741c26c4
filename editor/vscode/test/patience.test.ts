import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Patience } from "../src/patience";

test("a server that never began is left alone", () => {
  assert.equal(new Patience().ended(), "");
});

test("a server that ends now and then is started again, one that ends all the time is not", () => {
  mock.timers.enable({ apis: ["Date"] });
  const patience = new Patience();
  patience.began();
  for (let hour = 0; hour < 10; hour++) {
    assert.equal(patience.ended(), true);
    mock.timers.tick(60 * 60 * 1000);
  }
  assert.deepEqual([1, 2, 3].map(() => patience.ended()), [true, true, true]);
  assert.match(String(patience.ended()), /ended 4 times/);
  mock.timers.reset();
});
