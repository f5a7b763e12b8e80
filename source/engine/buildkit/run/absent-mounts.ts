import type {BuildRequest} from '../../port.js';
import type {Vertex} from '../program/definition.js';
import {MountType} from '../proto/generated/ops_pb.js';

/**
@param vertex - A RUN that failed.
@returns Which of the secrets and SSH agents that it may have weren't given, and what gives them; `null` when none is missing.
*/
export function absentMounts(
	{op}: Vertex,
	{secrets, ssh = []}: Pick<BuildRequest, 'secrets' | 'ssh'>,
): string | null {
	const exec = op.op.case === 'exec' ? op.op.value : undefined;
	const ofMounts = (exec?.mounts ?? []).flatMap(mount => {
		const {mountType} = mount;
		if (mountType === MountType.SECRET) {
			const id = mount.secretOpt?.ID ?? '';
			return secrets.some(secret => secret.id === id)
				? []
				: [secretAbsent(id, `so ${mount.dest} isn't there`)];
		}

		const id = mount.SSHOpt?.ID || 'default';
		return mountType === MountType.SSH && !ssh.some(agent => agent.id === id)
			? [
					`No SSH agent ${id} was given, so its socket isn't there: start mstage again with --ssh ${id}.`,
				]
			: [];
	});
	const ofEnvironment = (exec?.secretenv ?? [])
		.filter(({ID: id}) => !secrets.some(secret => secret.id === id))
		.map(({ID: id, name}) => secretAbsent(id, `so ${name} isn't set`));
	const all = [...ofMounts, ...ofEnvironment];
	return all.length === 0 ? null : all.join(' ');
}

function secretAbsent(id: string, so: string): string {
	return `No secret ${id} was given, ${so}: give it with --secret id=${id},src=FILE.`;
}
