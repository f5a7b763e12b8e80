import {readFileSync, readlinkSync} from 'node:fs';
import {hostname} from 'node:os';
import process from 'node:process';

/** Marks what is ours on an engine; its value says whose it is. */
export const ownLabel = 'mstage.session';

/*
MACHINE.BOOT.NAMESPACE.PID.START: the process by which something was made, so that it can be told later whether it is gone.
A pid means something only within its pid namespace, and until the machine is started anew; the start tells it from a later
process of the same pid (proc(5)). Where there is no /proc, only the machine and the pid are known.
*/
const separator = '.';

let own: string | undefined;

/** @returns The value of the label for what this process makes. */
export function ownerLabel(): string {
	own ??= [...placeOfPids(), process.pid, startOf(process.pid) ?? ''].join(
		separator,
	);
	return own;
}

/**
@param id - Of a container that the engine has made by itself: it can't get a label any more, but a name.
@returns A name that says whose it is.
*/
export function ownedName(id: string): string {
	return [ownLabel, ownerLabel(), id.slice(0, 12)].join(separator);
}

/**
@param name - Of a container.
@returns The value that the label would have; empty when the name isn't by `ownedName`.
*/
export function ownerOfName(name: string): string {
	const prefix = `${ownLabel}${separator}`;
	return name.startsWith(prefix)
		? name.slice(prefix.length, name.lastIndexOf(separator))
		: '';
}

/**
@param label - The value of the label of something that was found on an engine.
@returns Whether the process that made it is surely gone: what another machine, another namespace or an older mstage has made
is left alone.
*/
export function isOwnerGone(label: string): boolean {
	const [machine, boot, namespace, pid, start, ...rest] =
		label.split(separator);
	const [ourMachine, ourBoot, ourNamespace] = placeOfPids();
	if (
		start === undefined ||
		rest.length > 0 ||
		machine !== ourMachine ||
		!/^[1-9]\d*$/v.test(pid!)
	) {
		return false;
	}

	if (boot !== ourBoot) {
		return boot !== '' && ourBoot !== '';
	}

	return (
		namespace === ourNamespace &&
		(!isRunning(Number(pid)) ||
			(start !== '' && startOf(Number(pid)) !== start))
	);
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== 'ESRCH';
	}
}

function placeOfPids(): readonly [
	machine: string,
	boot: string,
	namespace: string,
] {
	const machine = `${hostname()}-${read(() => readFileSync('/etc/machine-id', 'utf8'))}`;
	const boot = read(() =>
		readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
	);
	const namespace = read(() => readlinkSync('/proc/self/ns/pid'));
	return [word(machine), word(boot), word(namespace)];
}

/** In clock ticks since the machine was started: the 22nd field, counted behind the name of the program. */
function startOf(pid: number): string | undefined {
	const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
	return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function read(file: () => string): string {
	try {
		return file();
	} catch {
		return '';
	}
}

/** Values of labels go into instructions of a Dockerfile, too. */
function word(text: string): string {
	return text.replaceAll(/[^\w\-]/gv, '');
}
