import {readFile} from 'node:fs/promises';
import {constants} from 'node:os';
import {watchFor} from '../../test/engine/process.js';
import {
	type FaultKind,
	faults as proxyFaults,
} from '../../test/engine/faulty-proxy.js';
import {isLent, type Fault} from './catalogue.js';
import {fillDisk} from './place.js';
import {columns, type Program, rows} from './program.js';
import type {Trial} from './reach.js';

const bytesOfPaste = 1024 * 1024;

const ofProxy: ReadonlySet<string> = new Set(proxyFaults);

type Inflict = (trial: Trial) => void | Promise<void>;

const inflictions: Readonly<Record<Exclude<Fault, FaultKind>, Inflict>> = {
	'engine killed': async ({place}) => place.kill(),
	'engine stopped': async ({place}) => place.stop(),
	'engine full': async ({place}) => place.fill(),
	'cache full': async ({scene}) => fillDisk(scene.cache),
	'temporary full': async ({scene}) => fillDisk(scene.temporary),
	...signalsOf<'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT' | 'SIGABRT'>(
		'SIGINT',
		'SIGTERM',
		'SIGHUP',
		'SIGQUIT',
		'SIGABRT',
	),
	'SIGINT twice': async ({program}) => signalTwice(program, 'SIGINT'),
	'SIGTERM twice': async ({program}) => signalTwice(program, 'SIGTERM'),
	async 'SIGTSTP and SIGCONT'({program}) {
		program.signal('SIGTSTP');
		await watchFor(async () => isStopped(program.pid), 1000);
		program.signal('SIGCONT');
	},
	'terminal closed'({program}) {
		program.terminal!.hangUp();
	},
	resized: resize,
	pasted: paste,
	'stdout closed'({program}) {
		program.closeOutput();
	},
	'stdin closed'({program}) {
		program.endInput();
	},
	q({program, plan}) {
		program.type(plan.mode === 'screen' || isLent(plan.phase) ? 'q' : 'q\r');
	},
	'Ctrl-C'({program}) {
		program.type('\u0003');
	},
	'Ctrl-D'({program}) {
		program.type('\u0004');
	},
};

/** Lets the fault of the plan happen. */
export async function inflict(trial: Trial): Promise<void> {
	const {fault} = trial.plan;
	if (isOfProxy(fault)) {
		trial.proxy.fault(fault);
		return;
	}

	await inflictions[fault](trial);
}

/** Until the first one is taken, a second one of its kind is lost (signal(7), "Queueing and delivery semantics"). */
export async function signalTwice(
	program: Program,
	name: 'SIGINT' | 'SIGTERM',
): Promise<void> {
	program.signal(name);
	await watchFor(async () => isTaken(program.pid, name), 1000);
	program.signal(name);
}

async function isTaken(
	pid: number,
	name: 'SIGINT' | 'SIGTERM',
): Promise<true | undefined> {
	const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
	// The signals that wait for the process as a whole, as bits of a hexadecimal number (proc(5)).
	const [, pending = '0'] = /^ShdPnd:\s*(\w+)$/mv.exec(text) ?? [];
	const bit = 2 ** (constants.signals[name] - 1);
	const bits = Number.parseInt(pending.slice(-8), 16);
	return Math.trunc(bits / bit) % 2 === 0 ? true : undefined;
}

function signalsOf<T extends NodeJS.Signals>(
	...names: readonly T[]
): Record<T, Inflict> {
	return Object.fromEntries(
		names.map(name => [
			name,
			({program}: Trial) => {
				program.signal(name);
			},
		]),
	) as unknown as Record<T, Inflict>;
}

function isOfProxy(fault: Fault): fault is FaultKind {
	return ofProxy.has(fault);
}

async function isStopped(pid: number): Promise<true | undefined> {
	const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
	return /\) [TZ]/v.test(text) ? true : undefined;
}

/** A hundred sizes, the last of which is the first again. */
function resize({program}: Trial): void {
	for (let count = 1; count < 100; count++) {
		program.terminal!.resize(
			20 + ((count * 37) % 160),
			4 + ((count * 17) % 60),
		);
	}

	program.terminal!.resize(columns, rows);
}

/** As a terminal does it: between marks where the program has asked for them. */
async function paste({program, plan}: Trial): Promise<void> {
	const terminal = program.terminal!;
	const isMarked = terminal.modes.bracketedPaste;
	// To a shell it is a comment; to the screen without marks, a key that does nothing.
	const line = `${isLent(plan.phase) ? '#' : ''}${'~'.repeat(1000)}`;
	const separator = plan.phase === 'shell' && !isMarked ? '\r' : '';
	let text = '';
	while (text.length < bytesOfPaste) {
		text += line + separator;
	}

	await terminal.paste(isMarked ? `\u001B[200~${text}\u001B[201~` : text);
}
