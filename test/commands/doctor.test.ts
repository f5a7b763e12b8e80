import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import type {DoctorReport} from '../../source/report/doctor/report.js';
import {doctorText} from '../../source/report/doctor/text.js';

const report: DoctorReport = {
	engines: [
		{
			origin: 'DOCKER_HOST',
			address: 'unix:///run/engine.sock',
			answers: true,
			reason: null,
		},
	],
	engine: {
		name: 'docker',
		version: '99.0.0',
		builder: 'BuildKit',
		address: 'unix:///run/engine.sock',
		platform: 'linux/amd64',
		details: {
			hostName: 'here\u001B[2J',
			system: 'Debian',
			storageDriver: 'overlay2',
			imageStore: 'docker',
			rootless: false,
			legacyBuilder: false,
		},
		capabilities: [
			{
				id: 'gateway.exec.signals',
				name: 'Signals to shells',
				available: false,
				reason: '',
				without:
					'something rather long is done instead, which takes more than one line of a small terminal',
			},
		],
	},
	advice: null,
	checks: [
		{name: 'toolbox', good: false, finding: 'no static busybox '.repeat(8)},
	],
};

test.each([40, 80])('nothing is wider than %i columns', width => {
	const text = doctorText(report, {unicode: true, width});
	for (const line of text.split('\n')) {
		expect(stringWidth(line)).toBeLessThanOrEqual(width);
	}

	expect(text.replaceAll(/\n +/gv, ' ')).toContain(
		'takes more than one line of a small terminal',
	);
});

test('a line on a pipe is one line, and an engine without the legacy builder says so', () => {
	const text = doctorText(report, {unicode: false, width: null});
	expect(text).toContain(
		"  x legacy: this engine has it no more, so --builder legacy can't be used\n",
	);
	expect(text).toContain('of a small terminal\n');
	expect(text).not.toContain('\u001B');
});
