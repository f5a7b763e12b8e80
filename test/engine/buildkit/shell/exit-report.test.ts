import {Buffer} from 'node:buffer';
import {spawnSync} from 'node:child_process';
import {describe, expect, test} from 'vitest';
import {ExitReport} from '../../../../source/engine/buildkit/shell/exit-report.js';

/** What a real shell prints for a command, and the report that reads it. */
function run(...command: readonly string[]) {
	const report = new ExitReport('/bin/sh');
	const [file, ...args] = report.around(command);
	const {stdout, status} = spawnSync(file!, args);
	return {report, stdout, status};
}

describe('the exit code behind the output', () => {
	test('is that of the command, while the shell ends well', () => {
		const {report, stdout, status} = run('sh', '-c', 'printf "a b"; exit 7');
		expect(status).toBe(0);
		expect(Buffer.from(report.take(stdout)).toString()).toBe('a b');
		expect(report.code).toBe(7);
		expect(report.rest()).toHaveLength(0);
	});

	test('is read wherever the output is cut', () => {
		const {report, stdout} = run('printf', 'x\u001B_mstage-y');
		const parts = [...stdout].map(byte => report.take(Uint8Array.of(byte)));
		expect(Buffer.concat(parts).toString()).toBe('x\u001B_mstage-y');
		expect(report.code).toBe(0);
	});

	test('is none without a report: what looked like its beginning is the output’s', () => {
		const report = new ExitReport('/bin/sh');
		const taken = report.take(Buffer.from('done\u001B_mst'));
		expect(Buffer.from(taken).toString()).toBe('done');
		expect(report.code).toBeNull();
		expect(Buffer.from(report.rest()).toString()).toBe('\u001B_mst');
	});

	test('of another report is output', () => {
		const {stdout} = run('true');
		const report = new ExitReport('/bin/sh');
		expect(Buffer.from(report.take(stdout))).toEqual(stdout);
		expect(report.code).toBeNull();
	});
});
