import {parseDockerAddress} from '../docker/address.js';
import {DockerConnection} from '../docker/connection.js';

/**
@param socket - The absolute path of a Unix socket.
@returns The version of the Docker engine that answers there, or `null` when none does.
*/
export async function ping(socket: string): Promise<string | null> {
	const connection = new DockerConnection(
		parseDockerAddress(`unix://${socket}`),
	);
	try {
		const {Version: version} = (await connection.get('/version')) as {
			readonly Version: string;
		};
		return version;
	} catch {
		return null;
	}
}
