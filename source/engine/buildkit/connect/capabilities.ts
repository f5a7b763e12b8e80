import type {DockerConnection} from '../../docker/connection.js';
import type {Capability} from '../../port.js';
import type {PongResponse} from '../proto/generated/gateway_pb.js';
import {openBareBuild} from './bare-build.js';

/** The first major version of the engine that passes on what other builds run for this one: 20.10 doesn't. */
export const tellsNeighbours = 23;

/**
What mstage uses where an engine has it. The ids are BuildKit's own, of the gateway (frontend/gateway/pb/caps.go) and of
its operations (solver/pb/caps.go), but for those with `since`: no id tells them, the engine's major version does.
*/
const table: ReadonlyArray<
	Omit<Capability, 'available' | 'reason'> & {
		readonly since?: number;

		/** Whether an engine that knows of it has it, although it may say that it is off (see `Differences`). */
		readonly isAlwaysOn?: boolean;
	}
> = [
	{
		id: 'gateway.exec',
		name: 'Shells',
		without: 'no shell can be opened at any point',
	},
	{
		id: 'failed-state',
		name: 'State of a failed RUN',
		without:
			'a failed RUN is run again from the state before it, and what that run leaves is shown',
		since: 23,
	},
	{
		id: 'neighbours',
		name: 'Steps that another build runs',
		without:
			'while another build runs a step of this one, nothing is told of the step until it ends',
		since: tellsNeighbours,
	},
	{
		id: 'gateway.exec.signals',
		name: 'Signals to shells',
		without:
			'a process is ended at once by what would be a signal to it; Ctrl-C in a shell works',
	},
	{
		id: 'gateway.exec.secretenv',
		name: 'Secrets as variables in shells',
		without: 'RUN --mount=type=secret,env=NAME leaves NAME unset in a shell',
	},
	{
		id: 'gateway.exec.extrahosts',
		name: 'Extra hosts in shells',
		without: 'a shell does not know the names that --add-host gives',
	},
	{
		id: 'gateway.exec.filesystem',
		name: 'Files of an open shell',
		without: 'what a shell has changed can only be seen in the shell itself',
	},
	{
		id: 'readdir',
		name: 'Files at any point',
		without: 'folders can only be listed in a shell',
	},
	{
		id: 'readfile',
		name: 'Contents of files at any point',
		without: 'files can only be read in a shell',
	},
	{
		id: 'diffop',
		isAlwaysOn: true,
		name: 'Changes of one step, by the engine',
		without:
			'mstage compares the listings before and after the step, which takes longer on large images',
	},
	{
		id: 'mergeop',
		name: 'COPY --link without copying',
		without: 'the engine copies the files of a COPY --link as of any other',
	},
	{
		id: 'heredocs',
		name: 'Heredocs and COPY --link',
		without: 'a Dockerfile with them needs a newer engine',
		since: 23,
	},
	{
		id: 'meta.ignorecache',
		name: 'Running one step again',
		without: 'only the whole build can be run without cache, with --no-cache',
	},
];

/**
Asks the engine's BuildKit within a gateway build that runs nothing (`LLBBridge.Ping`).

@param version - The engine's, as in its description.
@returns What mstage uses of it, in the order of the table.
@throws {EngineError} The engine was lost, or it has no BuildKit.
*/
export async function readCapabilities(
	docker: DockerConnection,
	version: string,
): Promise<readonly Capability[]> {
	return capabilitiesOf(await ping(docker), version);
}

/**
@param pong - What BuildKit says that it can do; it leaves out what it has never heard of.
@param version - The engine's.
*/
export function capabilitiesOf(
	{FrontendAPICaps: gateway, LLBCaps: operations}: PongResponse,
	version: string,
): readonly Capability[] {
	const told = new Map(
		[...gateway, ...operations].map(capability => [capability.ID, capability]),
	);
	return table.map(({since, isAlwaysOn = false, ...capability}) => {
		const answer = told.get(capability.id);
		const available =
			since === undefined
				? answer !== undefined && (isAlwaysOn || answer.Enabled)
				: Number.parseInt(version, 10) >= since;
		const reason = available ? '' : (answer?.DisabledReasonMsg ?? '');
		return {...capability, available, reason};
	});
}

async function ping(docker: DockerConnection): Promise<PongResponse> {
	const build = await openBareBuild(docker);
	const {bridge, callOptions, connection} = build.gateway;
	try {
		return await bridge.ping({}, callOptions);
	} catch (error) {
		throw connection.explain(error);
	} finally {
		await build.close();
	}
}
