import {create} from '@bufbuild/protobuf';
import {
	definitionOf,
	operationOf,
} from '../../../source/engine/buildkit/program/made-files.js';
import {
	type Definition,
	OpSchema,
} from '../../../source/engine/buildkit/proto/generated/ops_pb.js';

/** A build of an image, the context, a COPY into the image and a RUN on that, with the digests of them. */
export type SmallBuild = {
	readonly definition: Definition;
	readonly digests: Readonly<
		Record<'image' | 'context' | 'copy' | 'run', string>
	>;
};

/** @returns It, as a frontend would make it. */
export function smallBuild(): SmallBuild {
	const source = (identifier: string) =>
		operationOf(create(OpSchema, {op: {case: 'source', value: {identifier}}}));
	const image = source('docker-image://docker.io/library/busybox:latest');
	const context = source('local://context');
	const copy = operationOf(
		create(OpSchema, {
			inputs: [{digest: image.digest}, {digest: context.digest}],
			op: {
				case: 'file',
				value: {
					actions: [
						{
							input: 0n,
							secondaryInput: 1n,
							output: 0n,
							action: {case: 'copy', value: {src: '/src/*.c', dest: '/src/'}},
						},
					],
				},
			},
		}),
	);
	const run = operationOf(
		create(OpSchema, {
			inputs: [{digest: copy.digest}],
			op: {
				case: 'exec',
				value: {
					meta: {
						args: ['/bin/sh', '-c', 'make'],
						env: ['PATH=/bin', 'FLAGS=-a=b'],
						cwd: '/src',
					},
					mounts: [{input: 0n, dest: '/'}],
				},
			},
		}),
	);
	const definition = definitionOf([image, context, copy, run]);
	definition.metadata[run.digest]!.description = {
		'llb.customname': '[builder 3/3] RUN make',
	};
	return {
		definition,
		digests: {
			image: image.digest,
			context: context.digest,
			copy: copy.digest,
			run: run.digest,
		},
	};
}
