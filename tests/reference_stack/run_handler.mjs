// Runs one handler of the hardened stack with an SDK that records commands and answers from a script.
// stdin: {"event", "answers": {Command: {"value"} | {"error"}}}; stdout: what was returned, sent, logged, fetched.

import { readFileSync } from 'node:fs';

const { event, answers } = JSON.parse(readFileSync(0, 'utf8'));
const seen = { sent: [], logged: [], fetched: [] };

globalThis.answerCommand = (command, input) => {
  seen.sent.push([command, input]);
  const answer = answers[command] ?? { value: {} };
  if (answer.error) {
    throw Object.assign(new Error(answer.error), { name: answer.error });
  }
  if (answer.body) {
    return { Body: { transformToByteArray: async () => Buffer.from(answer.body, 'latin1') } };
  }
  return answer.value;
};
globalThis.fetch = async (url, request) => {
  seen.fetched.push([url, JSON.parse(request.body)]);
  return { ok: true };
};
console.log = console.error = (line) => seen.logged.push(JSON.parse(line));

try {
  const { handler } = await import(process.argv[2]);
  seen.returned = await handler(event);
} catch (error) {
  seen.thrown = error.message;
}
process.stdout.write(JSON.stringify(seen));
