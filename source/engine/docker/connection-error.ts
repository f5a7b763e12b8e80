import {EngineError} from '../../errors.js';
import type {DockerAddress} from './address.js';
import {SshError} from './ssh.js';

/** An engine that can't be reached, with why in a few words besides the whole sentence. */
export class ConnectionError extends EngineError {
	/** The rest of a sentence, without a full stop: `nothing listens there`. */
	readonly reason: string;

	/**
	@param next - What to do, as a sentence.
	*/
	constructor(
		address: DockerAddress,
		{reason, next}: Fault,
		options?: ErrorOptions,
	) {
		super(
			`The engine at ${address.text} can't be used: ${reason}. ${next}`,
			options,
		);
		this.reason = reason;
	}
}

/** What is wrong with a connection, and what to do about it. */
export type Fault = {readonly reason: string; readonly next: string};

/**
@param error - What a connection or a call over it ended with.
@returns It for the user.
*/
export function explainConnection(
	address: DockerAddress,
	error: Error,
): ConnectionError {
	return error instanceof ConnectionError
		? error
		: new ConnectionError(address, faultOf(address, error), {cause: error});
}

/**
@param cause - What a call or a stream of an answer ended with.
@returns That the engine was there, and is lost.
*/
export function lostEngine(address: DockerAddress, cause?: Error): EngineError {
	return new EngineError(
		`The engine at ${address.text} is gone: it was stopped, or the connection to it was cut. Start it again and try again: what was built is in its cache.`,
		{cause},
	);
}

/** Why most places have no engine: it isn't installed. */
export const nothingThere = 'there is no such socket';

const startOrName =
	'Start Docker, or name another engine with --host or --docker-context.';

function faultOf(address: DockerAddress, error: NodeJS.ErrnoException): Fault {
	if (error instanceof SshError) {
		return sshFault(address, error);
	}

	const code = error.code ?? '';
	const fault =
		faults[code]?.(address) ?? (isOfParser(code) ? noDocker : undefined);
	if (fault) {
		return fault;
	}

	return (
		(address.kind === 'tcp'
			? tlsFault(address, tlsCode(error))
			: undefined) ?? {
			reason: error.message,
			next: startOrName,
		}
	);
}

/** What comes is no HTTP (nodejs/llhttp, `HPE_INVALID_CONSTANT`). */
function isOfParser(code: string): boolean {
	return code.startsWith('HPE_');
}

/** By the codes of Node's system errors. */
const faults: Readonly<Record<string, (address: DockerAddress) => Fault>> = {
	ENOENT: () => ({reason: nothingThere, next: startOrName}),
	ENOTDIR: () => ({reason: nothingThere, next: startOrName}),
	ECONNREFUSED: () => ({reason: 'nothing listens there', next: startOrName}),
	EACCES: () => ({
		reason: 'you may not use its socket',
		next: 'Join the group that owns it (usually docker: sudo usermod -aG docker $USER, then log in again), or run as root.',
	}),
	ENOTFOUND: address => unknownHost(address),
	EAI_AGAIN: address => unknownHost(address),
	ETIMEDOUT: () => silentHost,
	EHOSTUNREACH: () => silentHost,
	ENETUNREACH: () => silentHost,
	ECONNRESET: address => ended(address),
	EPIPE: address => ended(address),
};

function ended(address: DockerAddress): Fault {
	return {
		reason: 'it ended the connection without an answer',
		next:
			address.kind === 'tcp' && address.tls
				? `See whether the certificate in ${address.tls.folder} is one that it takes.`
				: noDocker.next,
	};
}

/** Something listens, and it is something else. */
export const noDocker: Fault = {
	reason: 'what answers there is no Docker engine',
	next: 'See whether a Docker engine listens there.',
};

const silentHost: Fault = {
	reason: 'the host does not answer',
	next: 'See whether the host runs, and whether a firewall lets you through.',
};

function unknownHost(address: DockerAddress): Fault {
	const host = address.kind === 'tcp' ? address.host : address.text;
	return {
		reason: `there is no host ${host}`,
		next: 'Correct its name, or the DNS.',
	};
}

/** Why a TLS connection failed, by the codes of Node's and OpenSSL's errors (nodejs.org, "X509 certificate error codes"). */
function tlsFault(
	address: Extract<DockerAddress, {kind: 'tcp'}>,
	code: string,
): Fault | undefined {
	if (!address.tls) {
		return undefined;
	}

	const {folder} = address.tls;
	switch (code) {
		case 'CERT_HAS_EXPIRED': {
			return {
				reason: 'its certificate has expired',
				next: 'Have a new one made on the engine.',
			};
		}

		case 'CERT_NOT_YET_VALID': {
			return {
				reason: 'its certificate is not valid yet',
				next: 'Set the clocks of both machines.',
			};
		}

		case 'ERR_TLS_CERT_ALTNAME_INVALID': {
			return {
				reason: `its certificate is not for ${address.host}`,
				next: 'Name the engine as its certificate does.',
			};
		}

		case 'DEPTH_ZERO_SELF_SIGNED_CERT':
		case 'SELF_SIGNED_CERT_IN_CHAIN':
		case 'UNABLE_TO_GET_ISSUER_CERT':
		case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
		case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
		case 'CERT_SIGNATURE_FAILURE': {
			return {
				reason: `its certificate is not one of the authority in ${folder}/ca.pem`,
				next: "Put the engine's own ca.pem there.",
			};
		}

		case 'ERR_SSL_WRONG_VERSION_NUMBER':
		case 'ERR_SSL_PACKET_LENGTH_TOO_LONG': {
			return {
				reason: 'it does not speak TLS',
				next: 'Unset DOCKER_TLS_VERIFY, or give the port on which it does.',
			};
		}

		default: {
			return clientFault(code, folder);
		}
	}
}

/** A failed handshake may come as the write that it spoilt, with OpenSSL's reason in the message only. */
function tlsCode({code = '', message}: NodeJS.ErrnoException): string {
	return code === 'EPROTO' && message.includes('wrong version number')
		? 'ERR_SSL_WRONG_VERSION_NUMBER'
		: code;
}

/** What the engine thinks of our certificate: the alerts of RFC 8446, section 6, as OpenSSL names them. */
function clientFault(code: string, folder: string): Fault | undefined {
	if (!/^ERR_SSL_.*ALERT/v.test(code)) {
		return undefined;
	}

	if (code.endsWith('EXPIRED')) {
		return {
			reason: `the certificate ${folder}/cert.pem has expired`,
			next: 'Have a new one made.',
		};
	}

	return code.endsWith('REQUIRED')
		? {
				reason: 'it wants a certificate of ours, and there is none',
				next: `Put cert.pem and key.pem into ${folder}.`,
			}
		: {
				reason: `it refuses the certificate ${folder}/cert.pem`,
				next: 'Take one that was made by the authority of the engine.',
			};
}

function sshFault(
	address: DockerAddress,
	{complaint, exitCode, message}: SshError,
): Fault {
	const destination =
		address.kind === 'ssh' ? address.destination : address.text;
	const port =
		address.kind === 'ssh' && address.port !== null
			? `-p ${address.port} `
			: '';
	const command = `ssh ${port}${destination}`;
	if (exitCode === null) {
		return {reason: message, next: 'Install an OpenSSH client.'};
	}

	const known = sshComplaints.find(({said}) => said.test(complaint));
	return known
		? {reason: known.reason, next: known.next(command)}
		: {
				reason:
					complaint === ''
						? 'ssh ended the connection'
						: `ssh says: ${message}`,
				next: `Try ${command} docker version.`,
			};
}

/** What OpenSSH, a shell and Docker's client on the other side print; the first that fits. */
const sshComplaints: ReadonlyArray<{
	readonly said: RegExp;
	readonly reason: string;
	readonly next: (command: string) => string;
}> = [
	{
		said: /host key verification failed|remote host identification has changed/iv,
		reason: "ssh doesn't trust the host's key",
		next: command =>
			`Run ${command} once and see whether the key is the right one.`,
	},
	{
		said: /permission denied \(|too many authentication failures/iv,
		reason: 'ssh is not let in there without a password',
		next: command =>
			`Add your key to ssh-agent, so that ${command} asks nothing.`,
	},
	{
		said: /could not resolve hostname/iv,
		reason: 'there is no such host',
		next: () => 'Correct its name, or the DNS.',
	},
	{
		said: /connection refused/iv,
		reason: 'no ssh server listens there',
		next: command => `Start it, or correct the port: ${command} must work.`,
	},
	{
		said: /connection timed out|no route to host|network is unreachable|timeout, server/iv,
		reason: silentHost.reason,
		next: () => silentHost.next,
	},
	{
		said: /command not found|not found$|no such file or directory: docker/imv,
		reason: "there is no docker in that user's PATH there",
		next: () => 'Install the Docker client on that machine.',
	},
	{
		said: /permission denied while trying to connect|connect: permission denied/iv,
		reason: 'that user may not use the engine there',
		next: () => 'Add the user to the group docker on that machine.',
	},
	{
		said: /cannot connect to the docker daemon|failed to connect to the docker api|error during connect|failed to open the raw stream/iv,
		reason: 'no engine runs there',
		next: () => 'Start Docker on that machine.',
	},
];
