import {create} from '@bufbuild/protobuf';
import type {Container, Shell, ShellOptions, Snapshot} from '../port.js';
import {GatewayContainer} from './container.js';
import type {Vertex} from './definition.js';
import type {FailedState} from './failure.js';
import {ReferenceFiles} from './files/reference-files.js';
import type {Gateway} from './gateway.js';
import {
	type ExecOp,
	type Meta,
	MetaSchema,
	type Mount,
	MountSchema,
	MountType,
	NetMode,
	type Op,
	SecurityMode,
} from './proto/generated/ops_pb.js';
import type {ContainerOrigin} from './shell.js';

/** A filesystem that containers are made from; each shell gets a container of its own, whose changes are thrown away. */
export class ContainerSnapshot extends ReferenceFiles implements Snapshot {
	/**
	@param reference - Of an evaluated result; `null` is the empty filesystem.
	@param meta - The environment, folder and user of its processes.
	*/
	static ofResult(
		gateway: Gateway,
		reference: string | null,
		meta: Meta,
	): ContainerSnapshot {
		return new ContainerSnapshot(gateway, {
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
		});
	}

	/**
	A RUN's filesystem, before or after it, with its own mounts.

	@param reference - Of what is mounted at `/`; `null` is the empty filesystem.
	@param inputs - References of what its other mounts show, by the index of the operation's inputs.
	*/
	static ofRun(
		gateway: Gateway,
		vertex: Vertex,
		reference: string | null,
		inputs: readonly string[],
	): ContainerSnapshot {
		const exec = execOf(vertex.op);
		return new ContainerSnapshot(
			gateway,
			originOf(exec, mount =>
				mount.dest === '/'
					? (reference ?? '')
					: (inputs[Number(mount.input)] ?? ''),
			),
		);
	}

	/**
	The state that a failed RUN left behind, with its own mounts: `mounts[i]` of the error belongs to `op.exec.mounts[i]`
	(moby/buildkit solver/llbsolver/ops/exec.go).
	*/
	static ofFailure(
		gateway: Gateway,
		{op, mounts}: FailedState,
	): ContainerSnapshot {
		return new ContainerSnapshot(
			gateway,
			originOf(execOf(op), (_mount, index) => mounts[index] ?? ''),
		);
	}

	readonly origin: ContainerOrigin;

	private constructor(gateway: Gateway, origin: ContainerOrigin) {
		super(gateway, rootOf(origin));
		this.origin = origin;
	}

	async openShell(options: ShellOptions): Promise<Shell> {
		const container = await GatewayContainer.open(this.gateway, this.origin);
		return container.openShell(options);
	}

	async openContainer(): Promise<Container> {
		const container = await GatewayContainer.open(this.gateway, this.origin);
		await container.hold();
		return container;
	}
}

/** The reference of what is at `/`. */
function rootOf({mounts}: ContainerOrigin): string | null {
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
	exec: ExecOp,
	resultOf: (mount: Mount, index: number) => string,
): ContainerOrigin {
	return {
		mounts: exec.mounts.map((mount, index) =>
			create(MountSchema, {...mount, resultID: resultOf(mount, index)}),
		),
		meta: exec.meta ?? create(MetaSchema),
		network: exec.network,
		security: exec.security,
		secretEnvironment: exec.secretenv,
	};
}
