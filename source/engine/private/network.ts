import {readFile, writeFile} from 'node:fs/promises';
import {run} from './process.js';

/** A network namespace of an engine, joined to the machine by a pair of virtual interfaces. */
export type NetworkNames = {
	/** Of the namespace, and of the interface on the machine's side: at most 15 bytes. */
	readonly name: string;

	/** The first three numbers of its addresses, of which it takes four: `10.213.7`. */
	readonly prefix: string;
};

/** The rules on the machine's side; the engine's own rules live and die inside its namespace. */
function rules({name: link, prefix}: NetworkNames): string[][] {
	const subnet = `${prefix}.0/30`;
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

async function applyRules(
	names: NetworkNames,
	action: '-I' | '-D',
): Promise<void> {
	for (const [table = '', ...rule] of rules(names)) {
		// eslint-disable-next-line no-await-in-loop
		await run('iptables', ['-w', '-t', table, action, ...rule]);
	}
}

/** The largest packet that the way out of the machine carries; a larger one from a container would vanish. */
async function outerMtu(): Promise<number> {
	type Route = {dev: string};
	type Link = {mtu: number};
	const [route] = JSON.parse(
		await run('ip', ['-json', 'route', 'show', 'default']),
	) as readonly Route[];
	if (route === undefined) {
		return 1500;
	}

	const [link] = JSON.parse(
		await run('ip', ['-json', 'link', 'show', 'dev', route.dev]),
	) as readonly Link[];
	return link?.mtu ?? 1500;
}

export type Network = {
	/** The path that `nsenter --net=` takes. */
	namespace: string;
	mtu: number;
};

/**
Makes a network namespace that reaches what the machine reaches.
@param names - What nothing else on the machine is called.
@returns Where it is.
*/
export async function openNetwork(names: NetworkNames): Promise<Network> {
	const {name: link, prefix} = names;
	const namespace = link;
	const outer = `${prefix}.1`;
	const inner = `${prefix}.2`;
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

	await applyRules(names, '-I');
	return {namespace: `/run/netns/${namespace}`, mtu};
}

/**
Removes what `openNetwork` made, as much of it as is there.
@param names - As `openNetwork` had them.
*/
export async function closeNetwork(names: NetworkNames): Promise<void> {
	const {name: link} = names;
	const absent = () => undefined;
	await applyRules(names, '-D').catch(absent);
	await run('ip', ['link', 'del', link]).catch(absent);
	await run('ip', ['netns', 'del', link]).catch(absent);
}
