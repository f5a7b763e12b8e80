import {expect, test} from 'vitest';
import {casesForTests} from './case.js';

const open = casesForTests();

const dash = "is bash's: /bin/sh, which is /usr/bin/dash, doesn't know it.";
const shell = 'Put SHELL ["/bin/bash", "-c"] before the instruction';

const told: Readonly<Record<string, readonly string[]>> = {
	source: [`source ${dash}`, `${shell}, or write . instead of source.`],
	option: [`set -o pipefail ${dash}`, `${shell}.`],
	expansion: [`\${NAME^^} ${dash}`, `${shell}.`],
	here: [
		"<<< is bash's: /bin/sh, which is /bin/busybox, doesn't know it.",
		'There is no bash here: write it without that.',
	],
	test: [`== in [ ] ${dash}`, `${shell}, or write = instead of ==.`],
	array: [`NAME=(…) ${dash}`, `${shell}.`],
	script: [`declare ${dash}`, 'Let the first line of /s.sh be #!/bin/bash.'],
	braces: [`{,.bak} ${dash}`, `${shell}.`],
	made: [
		"There is /app/{bin,lib} instead, as its name was written: braces are bash's",
		'Name each by itself where it is made',
	],
	profile: [
		'frob is there as /opt/t/bin/frob, but not in PATH',
		'/root/.bashrc puts the folder of /opt/t/bin/frob in PATH, but only login shells or interactive ones read it',
	],
	shm: ['/dev/shm/x is in a filesystem of its own at /dev/shm (shm): 67.1 MB'],
	cachemount: ["/c/x is on the engine's disk: "],
	tmpfs: ['/t/x is in the tmpfs mount at /t', 'size=1048576'],
};

/** What doesn't depend on the builder is tried with one. */
const legacyToo = new Set(['source', 'script', 'shm']);

async function debug(name: string, builder: string): Promise<string> {
	await using it = await open('other-shell');
	const {stdout} = await it.mstage([
		'debug',
		'--plain',
		'--pause=never',
		`--builder=${builder}`,
		`--file=Dockerfile.${name}`,
	]);
	expect(stdout).toContain('✖ failed');
	return stdout;
}

test.each(
	Object.entries(told).flatMap(([name, words]) =>
		['buildkit', 'legacy']
			.filter(builder => builder === 'buildkit' || legacyToo.has(name))
			.map(builder => [name, builder, words] as const),
	),
)('other-shell/%s with %s', async (name, builder, words) => {
	const output = await debug(name, builder);
	for (const part of words) {
		expect(output).toContain(part);
	}

	expect(output).not.toMatch(/[Ii]nstall|no program/v);
});

test('a PATH that was only printed set none (other-shell/quoted)', async () => {
	const output = await debug('quoted', 'buildkit');
	expect(output).toContain('frob is there as /opt/t/bin/frob');
	expect(output).not.toContain('ended with that RUN');
});

test('where the shell is bash, a program that is missing is one (other-shell/bash)', async () => {
	const output = await debug('bash', 'buildkit');
	expect(output).toContain('There is no program nosuchprogram');
	expect(output).not.toContain("is bash's");
});
