import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {beforeAll, expect, onTestFinished, test, vi} from 'vitest';
import {diff} from '../../source/commands/diff.js';
import {openBuild, runSteps} from '../engine/buildkit/builds.js';
import {callEngine, removeImage, seedDebian} from '../engine/engine.js';
import {run} from '../engine/process.js';
import {testEngine} from '../engine/test-engine.js';
import {
	ExportedTrees,
	artefacts,
	diffLines,
	rsyncChanges,
} from './exported-tree.js';

type PlainEntry = {readonly kind: string};

type PlainChange = {
	readonly path: string;
	readonly kind: 'added' | 'removed' | 'changed';
	readonly aspects: readonly string[];
	readonly from: PlainEntry | null;
	readonly to: PlainEntry | null;
};

const plain = 'mstage-truth:plain';
const grown = 'mstage-truth:grown';

/** Packages, and what they don't do: links and modes changed, times alone, a directory where a file was, the other way. */
const changes = [
	'dpkg --install --force-all /packages/*.deb >/dev/null 2>&1',
	'dpkg --purge --force-all mawk >/dev/null 2>&1',
	'chmod 4750 /usr/bin/find',
	'chown 12:34 /etc/passwd',
	'touch /etc/group /usr/bin/sort',
	'ln -sfn /var/tmp /etc/os-release',
	'rm -r /opt && echo file > /opt',
	'rm /etc/issue && mkdir /etc/issue && echo x > /etc/issue/x',
	'cp -p /etc/shells /etc/shells.new && mv /etc/shells.new /etc/shells',
	String.raw`sed -i 's/Debian/debian/' /etc/debian_version /etc/issue.net`,
	'ln /etc/shadow /etc/shadow.again',
	'chmod 711 /',
].join('; ');

beforeAll(async () => {
	await seedDebian(testEngine());
}, 600_000);

/** A build context with some packages of this machine's Debian. */
async function contextWithPackages(): Promise<string> {
	const context = await mkdtemp(path.join(tmpdir(), 'mstage-truth-'));
	onTestFinished(async () => rm(context, {recursive: true}));
	const folder = path.join(context, 'packages');
	await mkdir(folder);
	await run('apt-get', ['-q', 'download', 'file', 'make', 'less'], {
		cwd: folder,
	});
	await expect(readdir(folder)).resolves.toHaveLength(3);
	await writeFile(
		path.join(context, 'Dockerfile'),
		[
			'FROM debian:bookworm-slim AS plain',
			'FROM plain AS grown',
			'COPY packages /packages',
			`RUN ${changes}`,
			'',
		].join('\n'),
	);
	return context;
}

async function buildImage(
	context: string,
	target: string,
	tag: string,
): Promise<void> {
	const build = await openBuild([], {
		context,
		dockerfile: path.join(context, 'Dockerfile'),
		target,
		tags: [tag],
	});
	const events = await runSteps(build);
	expect(events.at(-1)).toEqual({type: 'reached'});
	await build.finish();
	await build.close();
	onTestFinished(async () => removeImage(testEngine(), tag));
}

async function ourChanges(context: string): Promise<readonly PlainChange[]> {
	const pieces: string[] = [];
	const spy = vi.spyOn(process.stdout, 'write').mockImplementation(text => {
		pieces.push(String(text));
		return true;
	});
	try {
		await diff({
			from: `image:${plain}`,
			to: `image:${grown}`,
			json: true,
			nameStatus: false,
			exitCode: false,
			content: true,
			ignore: artefacts.map(artefact => `/${artefact}`),
			ignoreTimes: false,
			paths: [],
			kind: [],
			sort: 'name',
			context,
			buildArg: [],
			secret: [],
			noCache: false,
			tag: [],
			host: testEngine().dockerHost,
		});
	} finally {
		spy.mockRestore();
	}

	const {changes: found} = JSON.parse(pieces.join('')) as {
		changes: readonly PlainChange[];
	};
	return found;
}

async function usesContainerd(): Promise<boolean> {
	const {text} = await callEngine(testEngine(), 'GET', '/info');
	return text.includes('io.containerd.snapshotter');
}

/** Ours as diff would say it: it looks into directories that are on both sides, and at contents and link targets alone. */
function asDiffLines(found: readonly PlainChange[]): readonly string[] {
	const words: Record<string, string> = {
		file: 'regular file',
		directory: 'directory',
		symlink: 'symbolic link',
	};
	const whole = new Set(
		found
			.filter(
				({kind, aspects}) => kind !== 'changed' || aspects.includes('type'),
			)
			.map(change => change.path),
	);
	return found
		.flatMap(({path: name, kind, aspects, from, to}) => {
			const directory = path.posix.dirname(`/${name}`).replace(/\/$/v, '');
			const base = path.posix.basename(name);
			if (kind !== 'changed') {
				return whole.has(directory.slice(1))
					? []
					: [`Only in ${kind === 'added' ? 'b' : 'a'}${directory}: ${base}`];
			}

			if (aspects.includes('type')) {
				return [
					`File a/${name} is a ${words[from!.kind]} while file b/${name} is a ${words[to!.kind]}`,
				];
			}

			if (aspects.includes('link target')) {
				return [`Symbolic links a/${name} and b/${name} differ`];
			}

			return aspects.includes('contents')
				? [`Files a/${name} and b/${name} differ`]
				: [];
		})
		.toSorted();
}

/** Ours as rsync would say it: `+` and what it is, `deleting`, or the letters of what differs. */
function asRsyncCodes(found: readonly PlainChange[]): readonly string[] {
	return found
		.map(({path: name, kind, aspects, to}) => {
			if (kind === 'removed') {
				return `${name} deleting`;
			}

			if (kind === 'added' || aspects.includes('type')) {
				return `${name} new ${to!.kind}`;
			}

			const letters = [
				aspects.includes('contents') || aspects.includes('link target')
					? 'c'
					: '',
				aspects.includes('mode') ? 'p' : '',
				aspects.includes('owner') ? 'o' : '',
			].join('');
			return letters === '' ? null : `${name} ${letters}`;
		})
		.filter(line => line !== null)
		.toSorted();
}

const rsyncKinds: Readonly<Record<string, string>> = {
	f: 'file',
	d: 'directory',
	L: 'symlink',
	D: 'character-device',
	S: 'fifo',
};

/** What rsync said, in the same words: without times alone. */
function readRsync(codes: ReadonlyMap<string, string>): readonly string[] {
	return [...codes]
		.map(([name, code]) => {
			if (code === 'deleting') {
				return `${name} deleting`;
			}

			if (code.endsWith('+++')) {
				return `${name} new ${rsyncKinds[code[1]!]!}`;
			}

			const letters = [
				code.includes('c', 2) ? 'c' : '',
				code.includes('p', 2) ? 'p' : '',
				/[og]/v.test(code.slice(2)) ? 'o' : '',
			].join('');
			return letters === '' ? null : `${name} ${letters}`;
		})
		.filter(line => line !== null)
		.toSorted();
}

test(
	'a Debian and the same with packages differ as diff and rsync say',
	{timeout: 300_000},
	async () => {
		const context = await contextWithPackages();
		await buildImage(context, 'plain', plain);
		await buildImage(context, 'grown', grown);
		const changed = await ourChanges(context);
		// With containerd's image store, the export of a container has no root: it gets the mode of the folder that it goes to.
		const found = (await usesContainerd())
			? changed.filter(change => change.path !== '')
			: changed;
		const trees = await ExportedTrees.make(testEngine());
		onTestFinished(async () => trees.remove());
		const a = await trees.add('a', plain);
		const b = await trees.add('b', grown);
		expect(asDiffLines(found)).toEqual(await diffLines(a, b));
		expect(asRsyncCodes(found)).toEqual(readRsync(await rsyncChanges(a, b)));
		expect(found.length).toBeGreaterThan(100);
	},
);
