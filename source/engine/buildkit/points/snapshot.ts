import {create} from '@bufbuild/protobuf';
import type {Container, Shell, ShellOptions, Snapshot} from '../../port.js';
import {
	type ContainerHost,
	type ContainerOrigin,
	GatewayContainer,
} from '../shell/container.js';
import type {Result, Vertex} from '../program/definition.js';
import type {FailedState} from '../run/error-details.js';
import {PointFiles} from '../files/point-files.js';
import {commandOf} from '../shell/history.js';
import {
	type ExecOp,
	type Meta,
	MetaSchema,
	type Mount,
	MountSchema,
	MountType,
	NetMode,
	type Op,
	type Platform,
	SecurityMode,
} from '../proto/generated/ops_pb.js';

export type ResultOptions = {
	readonly stageShell?: readonly string[] | null;
	readonly platform?: Platform;
};

/** A filesystem that containers are made from; each shell gets a container of its own, whose changes are thrown away. */
export class ContainerSnapshot extends PointFiles implements Snapshot {
	/**
	@param reference - Of an evaluated result; `null` is the empty filesystem.
	@param meta - The environment, folder and user of its processes.
	@param options - `stageShell` is as SHELL has it, `platform` what its programs are made for.
	*/
	static ofResult(
		host: ContainerHost,
		reference: string | null,
		meta: Meta,
		{stageShell = null, platform}: ResultOptions = {},
	): ContainerSnapshot {
		return new ContainerSnapshot(host, {
			mounts: [
				create(MountSchema, {
					dest: '/',
					mountType: MountType.BIND,
					resultID: reference ?? '',
				}),
			],
			meta,
			network: NetMode.UNSET,
			security: SecurityMode.SANDBOX,
			secretEnvironment: [],
			programs: reference,
			stageShell,
			platform,
			offered: null,
		});
	}

	/**
	A RUN's filesystem, before or after it, with its own mounts.

	@param reference - Of what is mounted at `/`; `null` is the empty filesystem.
	@param inputs - References of what its other mounts show, by the index of the operation's inputs.
	@param isBefore - Whether the command is still to be run: shells then offer it.
	*/
	static ofRun(
		host: ContainerHost,
		vertex: Vertex,
		reference: string | null,
		{
			inputs,
			isBefore,
		}: {readonly inputs: readonly string[]; readonly isBefore: boolean},
	): ContainerSnapshot {
		return new ContainerSnapshot(host, {
			...originOf(vertex.op, mount =>
				mount.dest === '/'
					? (reference ?? '')
					: (inputs[Number(mount.input)] ?? ''),
			),
			programs: reference,
			...(!isBefore && {offered: null}),
		});
	}

	/**
	The state that a failed RUN left behind, with its own mounts: `mounts[i]` of the error belongs to `op.exec.mounts[i]`
	(moby/buildkit solver/llbsolver/ops/exec.go).

	@param programs - Reference of what it started from: the gateway reads no failed state.
	*/
	static ofFailure(
		host: ContainerHost,
		{op, mounts}: FailedState,
		programs: string | null,
	): ContainerSnapshot {
		return new ContainerSnapshot(host, {
			...originOf(op, (_mount, index) => mounts[index] ?? ''),
			programs,
		});
	}

	readonly host: ContainerHost;
	readonly origin: ContainerOrigin;

	private constructor(host: ContainerHost, origin: ContainerOrigin) {
		super(host, referenceAtRoot(origin.mounts), origin.programs);
		this.host = host;
		this.origin = origin;
	}

	async openShell(options: ShellOptions): Promise<Shell> {
		const {host, origin} = this;
		const isForPeople = options.terminal !== null;
		const container = await GatewayContainer.open(host, origin, isForPeople);
		try {
			return await container.openShell(options);
		} catch (error) {
			await container.close();
			throw error;
		}
	}

	async openContainer(): Promise<Container> {
		const {host, origin} = this;
		const container = await GatewayContainer.open(host, origin, true);
		try {
			await container.keep();
			return container;
		} catch (error) {
			await container.close();
			throw error;
		}
	}
}

/**
@returns The result that a failed RUN started from, or `null` when that is the empty filesystem.
*/
export function startOf({op}: FailedState): Result | null {
	const root = execOf(op).mounts.find(({dest}) => dest === '/');
	const input = op.inputs[Number(root?.input ?? -1n)];
	return input ? {digest: input.digest, index: Number(input.index)} : null;
}

/**
@returns What a failed RUN's mounts held: `mounts[i]` of the error belongs to `op.exec.mounts[i]`.
*/
export function mountsOf({op, mounts}: FailedState): readonly Mount[] {
	return originOf(op, (_mount, index) => mounts[index] ?? '').mounts;
}

/** The reference of what is at `/`. */
function referenceAtRoot(mounts: readonly Mount[]): string | null {
	const reference = mounts.find(({dest}) => dest === '/')?.resultID ?? '';
	return reference === '' ? null : reference;
}

function execOf(op: Op): ExecOp {
	if (op.op.case !== 'exec') {
		throw new TypeError('Only a RUN has mounts.');
	}

	return op.op.value;
}

function originOf(
	op: Op,
	resultOf: (mount: Mount, index: number) => string,
): ContainerOrigin {
	const exec = execOf(op);
	// What the user didn't give can be left out of a shell: it is there to find out.
	const mounts = exec.mounts.map((mount, index) =>
		create(MountSchema, {
			...mount,
			...(mount.secretOpt && {secretOpt: {...mount.secretOpt, optional: true}}),
			...(mount.SSHOpt && {SSHOpt: {...mount.SSHOpt, optional: true}}),
			resultID: resultOf(mount, index),
		}),
	);
	const {text, shell} = commandOf(exec.meta?.args ?? []);
	return {
		mounts,
		programs: referenceAtRoot(mounts),
		stageShell: shell,
		offered: text,
		meta: exec.meta ?? create(MetaSchema),
		network: exec.network,
		platform: op.platform,
		security: exec.security,
		secretEnvironment: exec.secretenv.map(secret => ({
			...secret,
			optional: true,
		})),
	};
}
