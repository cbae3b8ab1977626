/** Prints one line that counts the tests of several runs of vitest, from their JSON results. Fails if any test or file failed. */
import { readFileSync } from 'node:fs';

let [passed, failed, skipped] = [0, 0, 0];
for (const path of process.argv.slice(2)) {
  const { success, numTotalTests, numPassedTests, numFailedTests } = JSON.parse(readFileSync(path, 'utf8'));
  passed += numPassedTests;
  failed += numFailedTests;
  skipped += numTotalTests - numPassedTests - numFailedTests;
  // a file that cannot be loaded has no test that failed
  if (!success || numPassedTests === 0) process.exitCode = 1;
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
