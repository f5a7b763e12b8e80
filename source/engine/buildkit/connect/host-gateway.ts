import {UsageError} from '../../../errors.js';
import type {BuildRequest} from '../../port.js';
import type {BuildkitConnection} from './connection.js';

/** What `--add-host` takes for the address that the engine has for its own machine. */
const hostGateway = 'host-gateway';

/** Where the engine's worker tells that address (moby/buildkit worker/label/label.go, `HostGatewayIP`). */
const label = 'org.mobyproject.buildkit.worker.moby.host-gateway-ip';

/**
Puts the engine's address for its own machine where `host-gateway` is asked for, as `docker build` does: BuildKit itself
only takes addresses.

@throws {UsageError} The engine tells none.
*/
export async function withHostGateway(
	request: BuildRequest,
	connection: BuildkitConnection,
): Promise<BuildRequest> {
	const {settings} = request;
	const asking = settings?.hosts.find(({address}) => address === hostGateway);
	if (!settings || !asking) {
		return request;
	}

	const gateway = await readGateway(connection);
	if (gateway === undefined) {
		throw new UsageError(
			`--add-host ${asking.name}:${hostGateway}: this engine doesn't tell BuildKit its address; give the address itself, such as that of docker0.`,
		);
	}

	return {
		...request,
		settings: {
			...settings,
			hosts: settings.hosts.map(host =>
				host.address === hostGateway ? {...host, address: gateway} : host,
			),
		},
	};
}

async function readGateway(
	connection: BuildkitConnection,
): Promise<string | undefined> {
	try {
		const {record: workers} = await connection.control.listWorkers({});
		return workers.map(({Labels: labels}) => labels[label]).find(Boolean);
	} catch (error) {
		throw connection.explain(error);
	}
}
