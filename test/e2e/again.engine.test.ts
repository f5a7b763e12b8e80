import {createHash, randomBytes} from 'node:crypto';
import {expect, test} from 'vitest';
import {testEngine} from '../engine/test-engine.js';
import {projectForTests} from './project.js';
import {shellPrompt} from './shell-prompt.js';

const project = projectForTests();
const random = 'cat /proc/sys/kernel/random/uuid';

test('why a step was not cached is told beside its log', async () => {
	const dockerfile = (greeting: string) => [
		'FROM busybox AS a',
		'ARG VERSION',
		'RUN echo $VERSION > /version',
		'COPY source /source',
		`RUN echo ${greeting}; cat /version /source/* > /all`,
	];
	await project.write('source/same', 'same');
	await project.write('source/page', randomBytes(8));
	await project.dockerfile(...dockerfile('hello'));
	const first = randomBytes(8).toString('hex');
	const {code} = await project.onPipe([
		'debug',
		project.context,
		'--pause',
		'never',
		'--build-arg',
		`VERSION=${first}`,
	]);
	expect(code).toBe(0);

	await project.write('source/page', randomBytes(8));
	await project.dockerfile(...dockerfile('goodbye'));
	const second = randomBytes(8).toString('hex');
	await using it = await project.debug('--build-arg', `VERSION=${second}`);
	const {terminal} = it;
	await terminal.waitForText('paused before a:0');
	terminal.press('c');
	await terminal.waitForText('paused at the end of a');
	terminal.press('[');
	terminal.press('l');
	await terminal.waitForText(/not cached: [^\n]*(?:instruction|hello)/v);
	terminal.press('[');
	await terminal.waitForText(/not cached: [^\n]*source\/page/v);
	terminal.press('[');
	await terminal.waitForText(/not cached: [^\n]*VERSION/v);
	terminal.press('q');
	expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
});

test('a step runs again without the cache, alone or with all that builds on it', async () => {
	const unique = randomBytes(8).toString('hex');
	await project.dockerfile(
		'FROM busybox AS a',
		`RUN echo one; ${random} | tee /one # ${unique}`,
		`RUN echo two; ${random} | tee /two`,
	);
	await using it = await project.debug();
	const {terminal} = it;
	await terminal.waitForText('paused before a:0');
	terminal.press('l');
	terminal.press('c');
	await terminal.waitForText('paused at the end of a');
	const seen = new Set<string>();
	const expectNews = async () => {
		let found = '';
		await terminal.waitForText(text => {
			found = /\p{Hex_Digit}{8}-[\p{Hex_Digit}\-]{27}/v.exec(text)?.[0] ?? '';
			return found !== '' && !seen.has(found);
		});
		seen.add(found);
	};

	terminal.press('[');
	await expectNews();
	terminal.press('[');
	await expectNews();

	terminal.press('R');
	await terminal.waitForText('paused before a:2');
	terminal.press('[');
	await expectNews();
	terminal.press('c');
	await terminal.waitForText('paused at the end of a');
	terminal.press('[[');
	await terminal.waitForText(/▌ +✔ RUN echo one/v);
	terminal.press('\u0012');
	await terminal.waitForText('running');
	await terminal.waitForText('paused at the end of a');
	terminal.press('[');
	await expectNews();
	terminal.press('[');
	await expectNews();
	expect(seen.size).toBe(5);
	terminal.press('q');
	expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
});

test('a megabyte that is pasted into a shell arrives as it is', async () => {
	const bytes = randomBytes(1024 * 1024);
	await project.dockerfile('FROM busybox', 'RUN true');
	await using it = await project.debug('--pause', 'instruction');
	const {terminal} = it;
	await terminal.waitForText('paused before 0:0');
	terminal.press('c');
	await terminal.waitForText('paused before 0:1');
	terminal.press('s');
	await terminal.waitForText(shellPrompt);
	terminal.press(
		`stty raw -echo; echo "ready to $((40+2))"; head -c ${bytes.length} | sha256sum; stty sane; echo; echo "taken $((40+2))"\r`,
	);
	await terminal.waitForText('ready to 42');
	terminal.press(bytes);
	await terminal.waitForText('taken 42');
	expect(terminal.text()).toContain(
		createHash('sha256').update(bytes).digest('hex'),
	);
	terminal.press('exit\r');
	await terminal.waitForText('exited with code 0');
	terminal.press('q');
	expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
});

test('where a step failed its state is there, and files come out of it', async () => {
	await project.dockerfile(
		'FROM busybox AS tests',
		'RUN mkdir -p /src && echo "3 < 4" > /src/report.xml && exit 9',
	);
	await using it = await project.debug('--pause', 'never');
	const {terminal} = it;
	const screen = await terminal.waitForText('exited with code 9');
	const isOld = testEngine().version.startsWith('20.');
	expect(screen.includes('kept nothing of the first try')).toBe(isOld);
	terminal.press('s');
	await terminal.waitForText(shellPrompt);
	terminal.press('cat /src/report.xml\r');
	await terminal.waitForText(/^3 < 4$/mv);
	terminal.press('exit\r');
	await terminal.waitForText('exited with code 0');
	terminal.press('q');
	expect(await terminal.waitForExit()).toEqual({code: 1, signal: null});

	const {stdout, stderr, code} = await project.onPipe([
		'cat',
		'failed:/src/report.xml',
		'-C',
		project.context,
	]);
	expect([stdout.toString(), code]).toEqual(isOld ? ['', 2] : ['3 < 4\n', 0]);
	expect(stderr.toString().includes('keeps no files of a failed RUN')).toBe(
		isOld,
	);
});
