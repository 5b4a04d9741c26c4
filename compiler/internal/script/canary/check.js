// Asks one address and looks at the answer. Nothing of the runtime's library is used, so that every Node.js runtime runs it.
const http = require("http");
const https = require("https");

const most = 1 << 20; // bytes of a body that are searched

exports.handler = () => new Promise((resolve, reject) => {
  const { CHECK_URL, CHECK_STATUS, CHECK_TEXT, CHECK_SECONDS } = process.env;
  const seconds = Number(CHECK_SECONDS);
  const client = CHECK_URL.startsWith("https:") ? https : http;
  const done = (fault) => {
    clearTimeout(timer);
    request.destroy();
    fault ? reject(new Error(fault)) : resolve("passed");
  };
  // No redirect is followed: the address itself has to answer. No answer is printed: its body and headers may hold secrets.
  const request = client.get(CHECK_URL, { headers: { "User-Agent": "cfnpipe-canary" } }, (response) => {
    if (response.statusCode !== Number(CHECK_STATUS)) {
      return done(`The status is ${response.statusCode}, not ${CHECK_STATUS}.`);
    }
    if (!CHECK_TEXT) {
      return done();
    }
    const chunks = [];
    let length = 0;
    const found = () => Buffer.concat(chunks).includes(CHECK_TEXT);
    response.on("data", (chunk) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= most) {
        done(found() ? "" : `The first ${most} bytes of the body do not contain the text.`);
      }
    });
    response.on("end", () => done(found() ? "" : "The body does not contain the text."));
    response.on("error", (problem) => done(`The answer broke off: ${problem.code}.`));
  });
  request.on("error", (problem) => done(`There is no answer: ${problem.code}.`));
  const timer = setTimeout(() => done(`There is no complete answer within ${seconds} seconds.`), seconds * 1000);
});
