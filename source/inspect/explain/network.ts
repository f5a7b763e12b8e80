import type {Cause} from '../../debugger/machine/explanation.js';
import type {Complaint} from './words/complaints.js';
import type {Setting} from './setting.js';

/** Curl's "couldn't resolve host" and "failed to connect" (curl(1)), wget's "network failure" (wget(1), "Exit status"). */
const networkCodes: ReadonlyArray<readonly [program: RegExp, code: number]> = [
	[/\bcurl\b/v, 6],
	[/\bcurl\b/v, 7],
	[/\bwget\b/v, 4],
	// A static glibc program that can't look up a name without the libraries for that (busybox of some distributions).
	[/\bwget\b/v, 139],
];

/**
@param complaint - What was said of the network; `null` where nothing was.
@returns What is known of the network that a command had; `null` where nothing says that it needed one.
*/
export async function explainNetwork(
	setting: Setting,
	complaint: Extract<Complaint, {kind: 'network'}> | null,
	exitCode: number | null,
): Promise<Cause | null> {
	const {process, isNetworkOfStep} = setting;
	const text = process.arguments.join(' ');
	const host = complaint?.host ?? hostIn(text);
	if (process.network === 'none') {
		return complaint || host !== null
			? {kind: 'no-network', host, isOfStep: isNetworkOfStep}
			: null;
	}

	if (!complaint && !needsNetwork(text, exitCode)) {
		return null;
	}

	const file = await setting.readInContainer('/etc/resolv.conf');
	return {
		kind: 'network',
		host,
		network: process.network,
		servers: file === null ? null : serversIn(file),
		isUnresolved: complaint?.isUnresolved ?? false,
	};
}

/** @returns Whether the code that a command ended with is its program's for something about the network. */
export function needsNetwork(text: string, exitCode: number | null): boolean {
	return networkCodes.some(
		([program, code]) => code === exitCode && program.test(text),
	);
}

/** The host of the first address in a command. */
function hostIn(text: string): string | null {
	return (
		/\b(?:https?|ftp|git|ssh):\/\/(?:[^\s\/@]*@)?(?<host>[\w.\-]+)/v.exec(text)
			?.groups!['host'] ?? null
	);
}

/** See resolv.conf(5). */
function serversIn(file: string): readonly string[] {
	return [...file.matchAll(/^nameserver[\t ]+(?<server>\S+)/gmv)].map(
		({groups}) => groups!['server']!,
	);
}
