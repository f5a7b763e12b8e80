import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {Build} from '../../source/engine/port.js';
import {MstageError} from '../../source/errors.js';
import {parsePlace} from '../../source/inspect/place.js';
import {Tracer} from '../../source/inspect/trace/trace.js';
import {whyText} from '../../source/report/why/text.js';
import {openTestEngine, runSteps} from '../engine/buildkit/builds.js';
import {serve} from './web-server.js';
import {casesForTests} from './case.js';

const open = casesForTests();

type Options = {
	readonly dockerfile?: string;
	readonly target?: string;
	readonly builder?: 'buildkit' | 'legacy';

	/** Folders of the case, by name. */
	readonly contexts?: Readonly<Record<string, string>>;
	readonly edit?: (dockerfile: string) => string;
};

/** The parts of an answer that tell: each what it must contain. */
type Answers = ReadonlyArray<
	readonly [place: string, ...parts: readonly RegExp[]]
>;

/** Builds a case in this process, where many questions cost little, and asks as `mstage why` does. */
async function ask(
	name: string,
	answers: Answers,
	options: Options = {},
): Promise<void> {
	const build = await buildOf(name, options);
	await runSteps(build);
	const tracer = new Tracer(build);
	for (const [place, ...parts] of answers) {
		// eslint-disable-next-line no-await-in-loop -- one engine
		const told = await answerOf(build, tracer, place);
		for (const part of parts) {
			expect(`${place}: ${told}`).toMatch(part);
		}
	}

	await build.close();
}

async function answerOf(
	build: Build,
	tracer: Tracer,
	place: string,
): Promise<string> {
	const {program} = build;
	const file = parsePlace(place, program);
	try {
		return whyText(program, file.path, await tracer.trace(file), {
			unicode: true,
			color: false,
			columns: null,
			room: 40,
		});
	} catch (error) {
		if (error instanceof MstageError) {
			return error.message;
		}

		throw error;
	}
}

async function buildOf(
	name: string,
	{
		dockerfile = 'Dockerfile',
		contexts = {},
		builder = 'buildkit',
		target,
		edit = text => text,
	}: Options,
): Promise<Build> {
	const folder = await mkdtemp(path.join(tmpdir(), `mstage-why-${name}-`));
	onTestFinished(async () => rm(folder, {recursive: true, force: true}));
	await cp(path.join(import.meta.dirname, 'inputs', name), folder, {
		recursive: true,
		verbatimSymlinks: true,
	});
	const file = path.join(folder, dockerfile);
	await writeFile(file, edit(await readFile(file, 'utf8')));
	const engine = await openTestEngine(builder);
	return engine.openBuild({
		context: folder,
		dockerfile: file,
		dockerfileName: dockerfile,
		buildArguments: {},
		secrets: [],
		noCache: false,
		tags: [],
		...(target !== undefined && {target}),
		settings: {
			labels: {},
			pull: false,
			network: null,
			hosts: [],
			sharedMemory: null,
			limits: [],
			keepsImage: false,
			contexts: Object.fromEntries(
				Object.entries(contexts).map(([key, at]) => [
					key,
					{kind: 'folder', path: path.join(folder, at)} as const,
				]),
			),
		},
	});
}

test('a file of several names goes where any of them goes, whatever becomes of the others', async () => {
	await ask('linked-names', [
		// Its first name was overwritten behind the links.
		[
			'make:/o/f',
			/make:\/o\/f is make:\/o\/g too, a hard link/v,
			/→ use:\/f, overwritten by RUN rm \/f/v,
			/→ use:\/g ← linked to \/f by RUN ln \/f \/g .*COPY --from=make \/o\/f/v,
			/→ ship:\/app ← COPY --from=use \/g/v,
		],
		[
			'Dockerfile:8:/f',
			/use:\/f was overwritten by RUN rm \/f/v,
			/use:\/f is use:\/g too, a hard link ← linked to \/f by RUN ln/v,
			/use:\/f is use:\/h too/v,
			/use:\/f → ship:\/app/v,
		],
		['use:/f', /← RUN rm \/f && printf two/v, /use:\/f stayed behind/v],
		// Shipped by another name, and from the stage that this one starts from.
		['make:/o/g', /is make:\/o\/f too/v, /→ ship:\/app/v],
		[
			'child:/o/f',
			/child:\/o\/f → ship:\/app/v,
			/child:\/o\/f → ship:\/linked/v,
		],
		// The name that was shipped is another file since its mode was changed.
		['broken:/o/f', /broken:\/o\/f stayed behind/v],
		['make:/o/f', /→ ship:\/broken/v],
	]);
});

test('of a build that fails the command tells as far as that is done', async () => {
	await using folder = await open('why-failed');
	const tell = async (place: string) => folder.mstage(['why', place]);
	const moved = await tell('failed:/in/c');
	expect(moved.stdout).toMatch(/^\/in\/c ← moved from \/in\/b by RUN mv/v);
	expect(moved.stdout).toMatch(/COPY --from=make \/o\/b \(Dockerfile:5\)/v);
	expect(moved.stderr).toContain('✖ failed in use:2');
	expect(moved.code).toBe(1);
	const gone = await tell('make:/o/a');
	expect(gone.stdout).toMatch(/make:\/o\/a was deleted by RUN rm \/o\/a/v);
	const shipped = await tell('make:/o/b');
	expect(shipped.stdout).toMatch(/make:\/o\/b → use:\/in\/b/v);
	expect(shipped.stdout).toMatch(/may yet get into use, 2, not done so far/v);
	const final = await tell('/in/c');
	expect(final).toMatchObject({stdout: '', code: 1});
	expect(final.stderr).toMatch(/The build failed: .* mstage debug/v);
});

test('every kind of source is told by its own instruction (why-sources)', async () => {
	const inOne = (line: number, what: RegExp): RegExp =>
		new RegExp(
			String.raw`← ${what.source} \(Dockerfile:${line}\) in one(?:, same contents)?\n`,
			'v',
		);
	await ask(
		'why-sources',
		[
			['one:/from-extra', inOne(2, /COPY context extra \/e/v)],
			['one:/heredoc.txt', inOne(3, /COPY heredoc/v)],
			['one:/two/A', inOne(6, /COPY heredoc/v)],
			['one:/work/deep', inOne(11, /WORKDIR \/work\/deep/v)],
			['one:/unpacked/e', inOne(12, /ADD build context \/bundle\.tar : \/e/v)],
			['one:/bound', inOne(13, /RUN --mount=.*/v)],
			['one:/etc/passwd', inOne(14, /COPY build context \/ctx\/c/v)],
			['/all/e', inOne(12, /ADD build context \/bundle\.tar : \/e/v)],
			['/all/A', inOne(6, /COPY heredoc/v)],
			[
				'/bin/busybox',
				/\/bin\/busybox ← FROM busybox \(Dockerfile:15\) in 1\n/v,
			],
		],
		{contexts: {extra: 'extra'}},
	);
});

test('links are followed where they lead (symlink-source)', async () => {
	await ask('symlink-source', [
		[
			'/a/one',
			/--from=make \/alias\/one \(\/real\/one\) .*same contents ← RUN .*:2\)/v,
		],
		['/b/deep/two', /\/alias\/deep\/two \(\/real\/deep\/two\) .*:2\)/v],
		['/c/abs-file', /--from=make \/abs-file \(\/real\/one\) .*same contents/v],
		['/bundle/abs', /--from=make \/bundle\/abs .*← RUN mkdir \/bundle.*:3\)/v],
		[
			'make:/real/one',
			/→ 1:\/a\/one /v,
			/→ 1:\/b\/one /v,
			/→ 1:\/c\/abs-file /v,
			/→ 1:\/c\/rel-file /v,
			/^(?!.*stayed behind)/sv,
		],
	]);
});

test('of several matches the last wins (glob-copy)', async () => {
	await ask('glob-copy', [
		['g:/w/flat/package.json', /build context \/pkg\/b\/package\.json .*:3\)/v],
		[
			'/out/package.json',
			/--from=g \/w\/flat\/package\.json .*:8\).*← COPY build context \/pkg\/b\/package\.json .*:3\)/v,
		],
		[
			'g:/w/tree/a/package.json',
			/pkg\/a\/package\.json/v,
			/→ 1:\/out\/a\/package\.json/v,
		],
		[
			'g:/w/flat',
			/of what is in g:\/w\/flat, copies take \/w\/flat\/package\.json \(\S*Dockerfile:8, to 1\)/v,
			/g:\/w\/flat itself is not copied to 1, the final stage$/mv,
			/^(?!.*stayed behind)/sv,
		],
		['g:/w/opt', /stayed behind/v],
	]);
	await ask(
		'glob-copy',
		[
			[
				'g:/w/tree/a/package.json',
				/→ 1:\/out\/a\/package\.json, deleted by RUN rm /v,
				/is not in 1, the final stage, any more/v,
				/^(?!.*(?:stayed behind|no copy))/sv,
			],
		],
		{
			edit: dockerfile =>
				`${dockerfile.replace('FROM scratch', 'FROM busybox')}\nRUN rm -r /out/a\n`,
		},
	);
});

test('what is gone is told with the step that deleted it (hidden-secret)', async () => {
	await ask('hidden-secret', [
		[
			'/root/.netrc',
			/← COPY build context \/netrc .*:7\)/v,
			/was deleted by RUN rm \/root\/\.netrc \/run-token \(Dockerfile:9\)/v,
		],
		['/run-token', /← RUN echo .*:8\)/v, /deleted by RUN rm .*:9\)/v],
		[
			'dep:/root/.netrc',
			/:2\)/v,
			/was deleted by RUN rm \/root\/\.netrc \(Dockerfile:4\)/v,
		],
		['/dep', /← COPY --from=dep \/dep .*← RUN echo fetched > \/dep .*:3\)/v],
		['/nope', /no step of it had one/v],
	]);
});

test('what a failure deleted, and what a mount brought, are told in the session that stands there (bind-mount-lost)', async () => {
	await using it = await open('bind-mount-lost');
	const {stdout} = await it.mstage(
		['debug', '--plain', '--pause', 'error', '.'],
		{
			input: 'why 1:2:/copied\nwhy gen:/out/g\nwhy failed:/copied\nquit\n',
		},
	);
	expect(stdout).toMatch(
		/\/copied ← RUN --mount=type=bind,from=gen.* \(Dockerfile:5\) in 1\n/v,
	);
	expect(stdout).toMatch(/gen:\/out\/g may yet get into 1, not done so far/v);
	expect(stdout).toMatch(/Dockerfile:5 could read gen through a mount/v);
});

test('a copy into links and owned folders (copy-link)', async () => {
	await ask(
		'copy-link',
		[
			['/home/u/sub/f', /--from=src \/home\/u\/f .*← RUN mkdir -p .*:2\)/v],
			['/home/u/note', /build context \/note\.txt/v],
		],
		{dockerfile: 'Dockerfile.owner'},
	);
});

test('folders that come and go, kinds that change, links and names (opaque, hardlink-layers, duplicate-stage)', async () => {
	await ask(
		'opaque',
		[
			['/t/deep/two', /← RUN mkdir \/t\/deep && echo again .*:5\)/v],
			['/t/one', /← RUN .*:2\)/v, /deleted by RUN rm -rf \/t && .*:3\)/v],
			['/kept/in', /deleted by RUN rm \/lnk .*:7\)/v],
			['/lnk', /← RUN rm \/lnk && echo file .*:7\)/v],
		],
		{target: 'l'},
	);
	await ask('hardlink-layers', [
		[
			'/d/three',
			/--from=l \/d\/three .*← linked to \/d\/(?:one|two) by RUN ln .*:3\).*← RUN mkdir \/d .*:2\)/v,
		],
		['/e/two', /--from=l \/d\/two .*← RUN mkdir \/d .*:2\)/v],
		['l:/d/one', /was deleted by RUN rm \/d\/one \(Dockerfile:4\)/v],
	]);
	await ask('duplicate-stage', [
		['/w', /← RUN echo second .*:4\)/v],
		['/zero', /← RUN echo first .*:2\)/v],
	]);
});

test.each(['buildkit', 'legacy'] as const)(
	'a download is told with its address (add-url, %s)',
	async builder => {
		const address = await serve((request, response) => {
			response.end(`contents of ${request.url}`);
		});
		const how =
			builder === 'buildkit' ? 'same contents' : 'contents not checked';
		await ask(
			'add-url',
			[
				[
					'/got/ok.txt',
					new RegExp(
						String.raw`← ADD http://[^ ]*/ok\.txt \(Dockerfile\.leg:2\) in dl, ${how}\n`,
						'v',
					),
				],
				['dl:/got/ok2.txt', /← ADD http:\/\/[^ ]*\/ok2\.txt .*:3\)/v],
			],
			{
				dockerfile: 'Dockerfile.leg',
				builder,
				edit: text => text.replaceAll(/http:\/\/[^\/]*\//gv, `${address}/`),
			},
		);
	},
);

test.each(['buildkit', 'legacy'] as const)(
	'triggers are steps of the stage that they run in (onbuild, %s)',
	async builder => {
		await ask(
			'onbuild',
			[
				[
					'/extra',
					/--from=right \/extra\.txt .*← .*build context \/extra\.txt .*:3\)/v,
				],
				...(builder === 'buildkit'
					? ([
							['right:/extra.txt', /build context .*:3\)/v, /→ .*:\/extra /v],
							['/left', /← RUN echo left >> \/stamp .*:5\)/v],
							['left:/stamp', /← RUN echo left /v],
						] as const)
					: []),
			],
			{builder},
		);
	},
);

test('a context in place of a stage is told as the context (named-context)', async () => {
	await ask(
		'named-context',
		[
			[
				'/w',
				/--from=app \/w .*same contents ← COPY context lib \/w .*:4\) in app, same contents\n/v,
			],
		],
		{contexts: {lib: 'other'}},
	);
});

test('of several archives the one that can be read tells, and a name that stays is no move (archives-and-names)', async () => {
	await ask('archives-and-names', [
		[
			'/all/g/one',
			/ADD build context \/g\.tar\.gz : \/g\/one .*, same contents$/mv,
		],
		['/all/g/ln', /ADD build context \/g\.tar\.gz : \/g\/ln /v],
		[
			'/all/x/one',
			/ADD build context \/b\.tar\.bz2 or \/x\.tar\.xz : \/x\/one .*, contents not checked$/mv,
		],
		['/all/renamed', / ← moved from \/nest\/deep by RUN cp -p/v, /tar xzf/v],
		[
			'/all/copied',
			/ ← moved or copied from \/kept by RUN cp -p/v,
			/COPY build context \/g\.tar\.gz/v,
		],
		['/all/kept', / ← RUN cp -p/v],
		[
			'/all/hard',
			/ ← linked to \/nest\/outer by RUN ln /v,
			/in\.tar : \/outer/v,
		],
		['a:/kept', /→/v],
	]);
});

test('a copy over a file that is the same again is told so, also what was written again as it was (written-again)', async () => {
	await ask('written-again', [
		[
			'b:/c',
			/^b:\/c → c:\/c, overwritten by COPY --from=a \/f \/c \(Dockerfile:7\), with the same contents$/mv,
		],
		['b:/f', /^b:\/f → 3:\/shipped ← COPY --from=a \/f /mv],
	]);
});
