import {Buffer} from 'node:buffer';
import {type ChildProcess, spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {makeTree} from '../context/temporary-tree.js';
import type {EngineAddress} from '../http.js';

/** Values that nothing may show, each of its own. */
export type Values = Readonly<Record<string, string>>;

/** @returns A value that is nowhere else. */
export const made = (): string => randomBytes(18).toString('base64url');

/** A value as it may stand somewhere: itself, in base64 at each of the three places that it can begin at, in an address. */
function spellingsOf(value: string): readonly string[] {
	const bytes = Buffer.from(value);
	return [
		value,
		encodeURIComponent(value),
		bytes.toString('hex'),
		...[0, 1, 2].map(shift =>
			Buffer.concat([Buffer.alloc(shift), bytes])
				.toString('base64')
				.slice(shift === 0 ? 0 : 4)
				.replace(/..?=*$/v, '')
				.slice(0, -2),
		),
	];
}

/** Which of the values, by name, stand in a text. */
export function leaksIn(shown: string, values: Values): readonly string[] {
	return Object.entries(values).flatMap(([name, value]) =>
		spellingsOf(value).some(spelling => shown.includes(spelling)) ? [name] : [],
	);
}

/** A home, a cache and a folder for temporary files, of one user. */
export async function makeUser(cli: string, engine: EngineAddress) {
	const root = await makeTree();
	const places = {
		HOME: path.join(root, 'home'),
		XDG_CACHE_HOME: path.join(root, 'cache'),
		XDG_STATE_HOME: path.join(root, 'state'),
		TMPDIR: path.join(root, 'tmp'),
		DOCKER_CONFIG: path.join(root, 'docker'),
	};
	for (const place of Object.values(places)) {
		// eslint-disable-next-line no-await-in-loop
		await mkdir(place);
	}

	const programs = path.join(root, 'programs');
	await mkdir(programs);
	const environment = {
		...process.env,
		...places,
		DOCKER_HOST: engine.dockerHost,
		PATH: `${programs}:${process.env['PATH'] ?? ''}`,
		CI: 'false',
	};
	return {cli, root, places, programs, environment};
}

export type User = Awaited<ReturnType<typeof makeUser>>;

/** What mstage left on the disk, with what of it isn't for the user alone. */
export function writtenBy({places}: User): {
	readonly text: string;
	readonly open: readonly string[];
} {
	let written = '';
	const open: string[] = [];
	for (const root of [
		places.HOME,
		places.XDG_CACHE_HOME,
		places.XDG_STATE_HOME,
		places.TMPDIR,
	]) {
		for (const name of readdirSync(root, {
			recursive: true,
			encoding: 'utf8',
		})) {
			const file = path.join(root, name);
			const status = statSync(file);
			written += status.isFile()
				? `${name}\n${readFileSync(file, 'latin1')}\n`
				: '';
			if (!status.mode.toString(8).endsWith('00')) {
				open.push(name);
			}
		}
	}

	return {text: written, open};
}

/** Runs mstage to its end, and returns all that it wrote anywhere but to the disk, and what the processes it started were told. */
export async function session(
	user: User,
	args: readonly string[],
	input: string,
	{
		environment = {},
		during,
	}: {
		readonly environment?: NodeJS.ProcessEnv;
		readonly during?: (child: ChildProcess) => Promise<void>;
	} = {},
): Promise<{readonly output: string; readonly children: string}> {
	const child = spawn(process.execPath, [user.cli, ...args], {
		cwd: user.root,
		env: {...user.environment, ...environment},
	});
	const children = watchChildren(child.pid!);
	child.stdin.end(input);
	const meanwhile = during?.(child);
	const [out, error] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		once(child, 'close'),
	]);
	await meanwhile;
	return {output: `${out}${error}`, children: children()};
}

/** Looks again and again at the arguments of all that descends from a process, until it is asked for them. */
function watchChildren(root: number): () => string {
	const told = new Set<string>();
	const look = (): void => {
		const parents = new Map<number, number>();
		for (const name of readdirSync('/proc')) {
			const fields = /^\d+$/v.test(name) ? readProcess(name, 'stat') : '';
			const parent = fields.slice(fields.lastIndexOf(')') + 2).split(' ')[1];
			if (parent) {
				parents.set(Number(name), Number(parent));
			}
		}

		for (const pid of parents.keys()) {
			let at: number | undefined = pid;
			while (at !== undefined && at !== root) {
				at = parents.get(at);
			}

			if (at === root && pid !== root) {
				told.add(readProcess(String(pid), 'cmdline'));
			}
		}
	};

	const timer = setInterval(look, 10);
	return () => {
		clearInterval(timer);
		return [...told].join('\n');
	};
}

function readProcess(pid: string, what: string): string {
	try {
		return readFileSync(`/proc/${pid}/${what}`, 'latin1');
	} catch {
		// It has ended.
		return '';
	}
}
