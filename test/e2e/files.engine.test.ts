import {lstat, readFile, readlink} from 'node:fs/promises';
import path from 'node:path';
import {expect, test} from 'vitest';
import {projectForTests} from './project.js';

const project = projectForTests();
const escape = '\u001B';
const enter = '\r';

/** Ctrl-U takes the filter away that there was. */
const filterAnew = '/\u0015';

/** Names as builds shouldn't have them; `main.go` is changed by the second step, `gone` deleted. */
const lines = [
	'FROM busybox AS builder',
	String.raw`RUN mkdir -p /src/sub && cd /src && printf 'package main\n\nfunc main() {\n\tprintln("old")\n}\n' > main.go && echo gone > gone && echo wide > 日本 && echo evil > "$(printf 'evil\033]0;pwned\007\nname')" && ln -s ../main.go sub/link && head -c 300000 /dev/zero > big.bin`,
	String.raw`RUN sed -i s/old/new/ /src/main.go && chmod 4751 /src/main.go && rm /src/gone && mkdir -p /root/.cache && head -c 70000 /dev/zero > /root/.cache/left`,
	'FROM busybox AS final',
	'COPY --from=builder /src/main.go /app/renamed.go',
	'RUN mkdir -p /var/cache/apk && head -c 90000 /dev/zero > /var/cache/apk/in',
	'RUN rm -r /var/cache/apk',
];

test('files, what differs, what is left behind and where it came from, each one key away', async () => {
	await project.dockerfile(...lines);
	await using it = await project.debug();
	const {terminal} = it;
	terminal.resize(140, 40);
	await terminal.waitForText('paused before builder:0');
	terminal.press('c');
	await terminal.waitForText('paused before final:0');

	// The files of a stage, with where they came from.
	terminal.press('gf');
	await terminal.waitForText(/src\/ +300\.\d kB/v);
	terminal.press(`/src/${enter}`);
	const files = await terminal.waitForText(/main\.go .*-rws/v);
	expect(files).toMatch(/evil\\x1b\]0;pwned\\x07\\nname +5 B/v);
	await terminal.waitForText(/日本 +5 B .*← builder:1 RUN/v);
	await terminal.waitForText(/main\.go .*← builder:2 RUN/v);

	// Enter on a link goes where it leads, Enter on a file shows it.
	terminal.press(`${filterAnew}sub/link${enter}`);
	await terminal.waitForText(/▌ +link → \.\.\/main\.go/v);
	terminal.press(enter);
	await terminal.waitForText(/▌ +main\.go/v);
	terminal.press(enter);
	const file = await terminal.waitForText(/4 {10}println\("new"\)/v);
	expect(file).toMatch(/3 {2}func main\(\) \{/v);
	terminal.press(`/new${enter}`);
	await terminal.waitForText('lines 1-5');
	terminal.press(escape);
	await terminal.waitForText(/▌ +main\.go/v);

	// A directory is copied as a tree.
	terminal.press(`${filterAnew}src/sub${enter}`);
	await terminal.waitForText(/▌ +▾? *sub\//v);
	terminal.press('x');
	await terminal.waitForText('Copied 1 file, 0 B, to');
	expect(await readlink(path.join(project.folder, 'sub/link'))).toBe(
		'../main.go',
	);
	terminal.press('x');
	await terminal.waitForText('is there already, and was left as it is');
	terminal.press(`${filterAnew}main.go${enter}`);
	await terminal.waitForText(/▌ +main\.go/v);
	terminal.press('x');
	await terminal.waitForText(/Copied to .*main\.go/v);
	const copied = path.join(project.folder, 'main.go');
	expect(await readFile(copied, 'utf8')).toContain('println("new")');
	const {mode} = await lstat(copied);
	expect((mode % 0o1_0000).toString(8)).toBe('4751');

	// What a step changed, and how a file differs.
	terminal.press(escape);
	await terminal.waitForText(text => !text.includes('names like'));
	terminal.press(escape);
	await terminal.waitForText('┤Stages├');
	terminal.press(`g${escape}[Cjj`);
	await terminal.waitForText(/▌ +✔ RUN sed/v);
	terminal.press('d');
	const diff = await terminal.waitForText(/1 removed .* 1 changed/v);
	expect(diff).toContain('┤1 step├');
	terminal.press('j');
	await terminal.waitForText(/▌.*src\/main\.go +contents/v);
	terminal.press(enter);
	await terminal.waitForText(/4 - +println\("old"\)/v);
	expect(terminal.text()).toMatch(/4 \+ +println\("new"\)/v);
	terminal.press(escape);
	await terminal.waitForText('┤1 step├');
	terminal.press('3');
	await terminal.waitForText('┤3 base├');
	terminal.press(`5builder:1 image:busybox${enter}`);
	await terminal.waitForText(/┤5 points├[\s\S]*6 removed/v);

	// What is left behind, and where it went.
	terminal.press('L');
	await terminal.waitForText('not done yet: final');
	await terminal.waitForText(/▾ builder +left behind/v);
	terminal.press('c');
	await terminal.waitForText('paused at the end of final');
	terminal.press('L');
	const left = await terminal.waitForText(/→ final .* left behind/v);
	expect(left).toMatch(/package cache +1 file +70\.0 kB/v);
	expect(left).toMatch(/hidden by later steps.* 1 file +90\.0 kB/v);

	terminal.press(`w`);
	await terminal.waitForText('path ');
	terminal.press(`/app/renamed.go${enter}`);
	const from = await terminal.waitForText(
		/← COPY --from=builder \/src\/main\.go[\s\S]*same contents[\s\S]*← RUN sed/v,
	);
	expect(from).toContain('final:/app/renamed.go');
	terminal.press(`/builder:/src/日本${enter}`);
	await terminal.waitForText('it stayed behind');

	terminal.press('c');
	await terminal.waitForText(/builder made .* → final .* hidden/v);
	terminal.press('q');
	expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
	expect(terminal.raw).not.toContain('pwned\u0007');
});

test.each([
	['BuildKit', []],
	['legacy', ['--builder', 'legacy']],
] as const)(
	'under the %s builder, a stage against the final image says what was left behind and what was shipped where',
	async (_, flags) => {
		await project.dockerfile(
			'FROM busybox AS builder',
			'RUN mkdir /out && echo app > /out/app && head -c 40000 /dev/zero > /out/blob && echo conf > /etc/conf && echo same > /etc/same',
			'FROM busybox',
			'COPY --from=builder /out/app /bin/app',
			'COPY --from=builder /etc/conf /etc/same /etc/',
			'RUN chmod 600 /etc/conf',
		);
		await using it = await project.debug('--pause', 'never', ...flags);
		const {terminal} = it;
		terminal.resize(140, 24);
		await terminal.waitForText('The build is finished');
		terminal.press('gd');
		const diff = await terminal.waitForText(
			/1 left behind \(40\.0 kB\) · 1 shipped \(4 B\) · 1 shipped in place \(5 B\) · 1 changed \(5 B\)/v,
		);
		expect(diff).toMatch(
			/out\/app {2}→ \/bin\/app {2}COPY --from=builder \(Dockerfile:4\) +→/v,
		);
		expect(diff).toMatch(/etc\/conf {2}mode 644 → 600 +~/v);
		terminal.press('/conf\r');
		await terminal.waitForText("1 changed (5 B) like 'conf', of 3 in all");
		terminal.press('\r');
		const file = await terminal.waitForText('The contents are the same.');
		expect(file).toMatch(/mode 644 → 600[\s\S]*The contents are the same/v);
		terminal.press(escape);
		await terminal.waitForText("like 'conf'");
		terminal.press(escape);
		await terminal.waitForText('1 left behind');
		terminal.press('KK');
		await terminal.waitForText(/1 left behind[^·]*of 3 in all/v);

		terminal.press('L');
		const left = await terminal.waitForText(
			/builder made \d.* → final \d.*: /v,
		);
		expect(left).toMatch(/shipped {2}to 1 +\d files/v);
		terminal.press('w');
		await terminal.waitForText('path ');
		terminal.press('/bin/app\r');
		await terminal.waitForText(
			/← COPY --from=builder \/out\/app[\s\S]*Dockerfile:4[\s\S]*same contents[\s\S]*← RUN mkdir \/out/v,
		);
		terminal.press('q');
		await terminal.waitForExit();

		const text = async (...paths: readonly string[]) => {
			const {stdout} = await project.onPipe([
				'diff',
				'builder',
				'-C',
				project.context,
				...flags,
				...paths,
			]);
			return stdout.toString();
		};

		expect(await text('--', 'out', '*nf')).toBe(
			[
				'40.0 kB    out/  2 files',
				'40.0 kB  −   blob',
				'    4 B  →   app  → /bin/app  COPY --from=builder (Dockerfile:4)',
				'    5 B  ~ etc/conf  mode 644 → 600',
				'builder → final -- out *nf: 1 file left behind (40.0 kB), 1 file shipped (4 B), 1 file changed (5 B)',
				'',
			].join('\n'),
		);
		expect(await text('--name-status', '--', 'out', 'bin/app')).toBe(
			['A\tbin/app', 'D\tout', 'D\tout/app', 'D\tout/blob', ''].join('\n'),
		);
	},
);

test('a file of 5 GB opens at once, at its end too', async () => {
	const size = 5_000_000_000;
	await project.dockerfile(
		'FROM busybox',
		`RUN printf head > /huge && truncate -s ${size} /huge && printf 'the tail' | dd of=/huge conv=notrunc bs=1 seek=${size - 8}`,
	);
	await using it = await project.debug();
	const {terminal} = it;
	terminal.resize(140, 40);
	await terminal.waitForText('paused before');
	terminal.press('c');
	await terminal.waitForText('paused at the end');
	terminal.press('gf');
	await terminal.waitForText('usr/');
	terminal.press(`/huge${enter}`);
	await terminal.waitForText(/▌ +huge +5\.0 GB/v);
	terminal.press(enter);
	await terminal.waitForText(/00000000 {2}68 65 61 64 00 .* head/v);
	terminal.press('G');
	await terminal.waitForText(/74 68 65 20 74 61 69 6c {2}·+the tail/v);
});
