/** Tests of files that several projects run: each of these functions registers its tests in some of them only. */
import { describe, type SuiteAPI, type TestAPI, test } from 'vitest';
import { hasE2fsprogs } from './e2fsprogs';
import { project } from './project';

/** Stands for `test` or `describe` where nothing is to be registered, whatever is called on it. */
const nothing: unknown = new Proxy(() => nothing, { get: () => nothing });

/** Tests that need no native tool. They run in unit, and not again in oracle. */
export const unitTest = project === 'oracle' ? (nothing as TestAPI) : test;
export const unitDescribe = project === 'oracle' ? (nothing as SuiteAPI) : describe;

/** Tests that start any process. They do not run in unit. */
export const oracleTest = project === 'unit' ? (nothing as TestAPI) : test;
export const oracleDescribe = project === 'unit' ? (nothing as SuiteAPI) : describe;

/** Tests that ask e2fsprogs. They do not run in unit, and are skipped where e2fsprogs is not installed. */
export const nativeTest = oracleTest.skipIf(!hasE2fsprogs) as TestAPI;
export const nativeDescribe = oracleDescribe.skipIf(!hasE2fsprogs) as SuiteAPI;

/** Tests that only the soak project runs. */
export const soakTest = project === 'soak' ? test : (nothing as TestAPI);
