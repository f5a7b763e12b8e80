import {Refusal} from '../refusal.js';

// BuildKit's `frontend/dockerfile/dockerfile2llb/convert_expose.go`.
const protocols = new Set(['', 'tcp', 'udp', 'sctp']);
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/v;

function parseRange(
	text: string,
): readonly [first: number, last: number] | undefined {
	const [, first, last = first] =
		/^(?<first>\+?\d+)(?:-(?<last>\+?\d+))?$/v.exec(text) ?? [];
	const range = [Number(first), Number(last)] as const;

	return first !== undefined && range[0] <= range[1] && range[1] <= 0xff_ff
		? range
		: undefined;
}

function isAddress(text: string): boolean {
	const address = text.replace(/^\[(?<inner>.*)\]$/v, '$<inner>');
	return (
		ipv4.test(address) ||
		(address.includes(':') && URL.canParse(`http://[${address}]`))
	);
}

/**
@param port - As EXPOSE takes it: `80`, `8000-8010/udp`, and also with a host's address and port, which mean nothing.
@throws {Refusal} When it is none.
*/
export function checkPort(port: string): void {
	const parts = port.split(':');
	const [container = '', ...protocol] = parts.at(-1)!.split('/');
	const host = parts.at(-2) ?? '';
	const address = parts.slice(0, -2).join(':');
	const range = parseRange(container);
	const hostRange = host === '' ? range : parseRange(host);

	const isPort =
		range !== undefined &&
		hostRange !== undefined &&
		protocols.has(protocol.join('/').toLowerCase()) &&
		(address === '' || isAddress(address)) &&
		(range[0] === range[1] ||
			range[1] - range[0] === hostRange[1] - hostRange[0]);

	if (!isPort) {
		throw new Refusal(
			`"${port}" is no port to expose (an example of one: 8080/tcp)`,
		);
	}
}
