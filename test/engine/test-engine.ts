import process from 'node:process';
import {inject} from 'vitest';
import {type EngineInfo} from './engine.js';

/**
@returns The engine of the test file that runs: each of vitest's workers has one of its own, with `busybox:latest` in its store,
since some tests count what is on it.
*/
export function testEngine(): EngineInfo {
	const engines = inject('engines');
	return engines[Number(process.env['VITEST_POOL_ID']) - 1] ?? engines[0]!;
}
