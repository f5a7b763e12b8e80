import {create} from '@bufbuild/protobuf';
import type {ContainerOrigin} from '../shell/container.js';
import {
	type Mount,
	MetaSchema,
	MountSchema,
	MountType,
	NetMode,
	SecurityMode,
} from '../proto/generated/ops_pb.js';

/**
@param root - The id of the reference that is the container's root.
@param read - The ids of those that are read, by where they are mounted: a second time, because the engine adds files of its own
(`/etc/hosts`, `/dev` …) to a root.
@param programs - As `ContainerOrigin` has it.
@returns What a container is made from in which programs read files: it has no network, and English words and UTC for times.
*/
export function readerOrigin(
	root: string,
	read: Readonly<Record<string, string>>,
	programs: string | null,
): ContainerOrigin {
	return {
		mounts: [
			mountOf('/', root, false),
			...Object.entries(read).map(([place, reference]) =>
				mountOf(place, reference, true),
			),
		],
		meta: create(MetaSchema, {
			env: [
				'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
				'LC_ALL=C',
				'TZ=UTC',
			],
			cwd: '/',
		}),
		network: NetMode.NONE,
		security: SecurityMode.SANDBOX,
		secretEnvironment: [],
		programs,
		stageShell: null,
		offered: null,
	};
}

function mountOf(dest: string, reference: string, readonly: boolean): Mount {
	return create(MountSchema, {
		dest,
		mountType: MountType.BIND,
		resultID: reference,
		readonly,
	});
}
