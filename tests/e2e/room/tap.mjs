// SPDX-License-Identifier: LGPL-2.1-or-later
/* Cases in order, told as TAP. Each stands on the ones before, so the first that fails ends it; what
 * was not tried then is told as failed. @tellMore: what to say of the state after a failure. */
export async function run(cases, tellMore = async () => '') {
  let number = 0, failed = 0;
  console.log(`1..${Object.keys(cases).length}`);
  for (const [name, act] of Object.entries(cases)) {
    number++;
    const begin = Date.now();
    if (failed) {
      console.log(`not ok ${number} - ${name} (not tried)`);
      continue;
    }
    try {
      await act();
      console.log(`ok ${number} - ${name} # ${Date.now() - begin} ms`);
    } catch (error) {
      failed++;
      console.log(`# ${await Promise.resolve().then(tellMore).catch(() => '')}`);
      for (let why = error; why; why = why.cause)
        console.log(`# ${String(why.stack ?? why).replace(/\n/g, '\n# ')}`);
      console.log(`not ok ${number} - ${name}`);
    }
  }
  return failed;
}
