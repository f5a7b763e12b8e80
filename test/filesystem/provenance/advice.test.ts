import {expect, test} from 'vitest';
import {
	type Writers,
	adviceOn,
} from '../../../source/filesystem/provenance/advice.js';
import {bytePathFromText as path} from '../../../source/text/byte-path.js';

const writers: Writers = {
	isCommand: step => step < 8,
	laterTexts: () => [],
	isTaken: () => false,
};

const file = (step: number, bytes: number, ...names: readonly string[]) => ({
	step,
	bytes,
	names: names.map(name => path(name)),
});

test('what a step wrote in a place that nothing needs later is to be removed there, the most first', () => {
	expect(
		adviceOn(
			[
				file(1, 3000, 'var/lib/apt/lists/a'),
				file(1, 2000, 'var/lib/apt/lists/partial/.b'),
				file(2, 7000, 'tmp/x/y'),
				file(3, 900, 'tmp/small'),
				file(9, 9000, 'tmp/of-a-copy'),
				file(1, 9000, 'usr/bin/needed'),
			],
			writers,
		),
	).toEqual([
		{step: 2, command: 'rm -rf /tmp/*', bytes: 7000},
		{step: 1, command: 'rm -rf /var/lib/apt/lists/*', bytes: 5000},
	]);
});

test('what the command would leave, or leave under another name, saves nothing', () => {
	expect(
		adviceOn(
			[
				file(1, 3000, 'tmp/.X11-unix/a'),
				file(1, 3000, 'tmp/a', 'usr/lib/a'),
				file(1, 3000, 'tmp'),
			],
			writers,
		),
	).toEqual([]);
});

test('what a later instruction may use, or another stage takes, stays', () => {
	const files = [file(1, 3000, 'root/.npm/a')];
	for (const laterText of ['RUN npm ci', 'RUN ls /root/.npm']) {
		expect(
			adviceOn(files, {...writers, laterTexts: () => [laterText]}),
		).toEqual([]);
	}

	const isTaken = (step: number, place: string) =>
		step === 1 && place === 'root/.npm';
	expect(adviceOn(files, {...writers, isTaken})).toEqual([]);
	expect(adviceOn(files, writers)).toHaveLength(1);
});
