import {readFile, writeFile} from 'node:fs/promises';
import {parseJson} from './json.js';
import {run} from './process.js';

/** A slot's names and addresses: its own network namespace, joined to the machine by a pair of virtual interfaces. */
function names(slot: number) {
	const prefix = `10.213.${slot}`;
	return {
		namespace: `mstage-${slot}`,
		link: `mstage-${slot}`,
		subnet: `${prefix}.0/30`,
		outer: `${prefix}.1`,
		inner: `${prefix}.2`,
	};
}

/** The rules on the machine's side; the engine's own rules live and die inside its namespace. */
function rules(slot: number): string[][] {
	const {link, subnet} = names(slot);
	const comment = ['-m', 'comment', '--comment', link];
	return [
		[
			'nat',
			'POSTROUTING',
			'-s',
			subnet,
			'!',
			'-o',
			link,
			...comment,
			'-j',
			'MASQUERADE',
		],
		['filter', 'FORWARD', '-i', link, ...comment, '-j', 'ACCEPT'],
		['filter', 'FORWARD', '-o', link, ...comment, '-j', 'ACCEPT'],
	];
}

async function applyRules(slot: number, action: '-I' | '-D'): Promise<void> {
	for (const [table = '', ...rule] of rules(slot)) {
		// eslint-disable-next-line no-await-in-loop
		await run('iptables', ['-w', '-t', table, action, ...rule]);
	}
}

/** The largest packet that the way out of the machine carries; a larger one from a container would vanish. */
async function outerMtu(): Promise<number> {
	type Route = {dev: string};
	type Link = {mtu: number};
	const [route] = parseJson<Route[]>(
		await run('ip', ['-json', 'route', 'show', 'default']),
	);
	if (route === undefined) {
		return 1500;
	}

	const [link] = parseJson<Link[]>(
		await run('ip', ['-json', 'link', 'show', 'dev', route.dev]),
	);
	return link?.mtu ?? 1500;
}

export type Network = {
	/** The path that `nsenter --net=` takes. */
	namespace: string;
	mtu: number;
};

/**
Makes a network namespace that reaches what the machine reaches.
@param slot - Which one: 0 to 255.
@returns Where it is.
*/
export async function openNetwork(slot: number): Promise<Network> {
	const {namespace, link, outer, inner} = names(slot);
	const mtu = await outerMtu();
	const size = ['mtu', String(mtu)];
	const ip = async (command: string) => run('ip', command.split(' '));
	await ip(`netns add ${namespace}`);
	await run('ip', [
		'link',
		'add',
		link,
		...size,
		'type',
		'veth',
		'peer',
		'name',
		'eth0',
		...size,
		'netns',
		namespace,
	]);
	await ip(`addr add ${outer}/30 dev ${link}`);
	await ip(`link set ${link} up`);
	await ip(`-n ${namespace} addr add ${inner}/30 dev eth0`);
	await ip(`-n ${namespace} link set lo up`);
	await ip(`-n ${namespace} link set eth0 up`);
	await ip(`-n ${namespace} route add default via ${outer}`);
	const forwarding = '/proc/sys/net/ipv4/ip_forward';
	const enabled = await readFile(forwarding, 'utf8');
	if (enabled.trim() === '0') {
		await writeFile(forwarding, '1');
	}

	await applyRules(slot, '-I');
	return {namespace: `/run/netns/${namespace}`, mtu};
}

/**
Removes what `openNetwork` made, as much of it as is there.
@param slot - Which one.
*/
export async function closeNetwork(slot: number): Promise<void> {
	const {namespace, link} = names(slot);
	const absent = () => undefined;
	await applyRules(slot, '-D').catch(absent);
	await run('ip', ['link', 'del', link]).catch(absent);
	await run('ip', ['netns', 'del', namespace]).catch(absent);
}
