import type {DescMessage, MessageShape} from '@bufbuild/protobuf';
import type {Interceptor} from '@connectrpc/connect';
import {exitCodes, MstageError} from '../../../errors.js';
import {faultOf} from '../program/whole.js';
import {SolveRequestSchema as BuildRequestSchema} from '../proto/generated/control_pb.js';
import {SolveRequestSchema} from '../proto/generated/gateway_pb.js';
import type {Definition} from '../proto/generated/ops_pb.js';

/**
Through here goes all that leaves for the engine. A definition that isn't whole stays: engines up to 26 crash at one that
names an operation that it doesn't hold, with every container and build on them (moby/buildkit solver/llbsolver/vertex.go,
`recomputeDigests`).
*/
export const gate: Interceptor = next => async request => {
	if (!request.stream) {
		const {message} = request;
		for (const definition of definitionsIn(message)) {
			const fault = faultOf(definition);
			if (fault !== null) {
				throw new MstageError(
					`This was not sent to the engine, which it could have harmed: ${fault}. It is a defect of mstage: report it, and load the build again.`,
					exitCodes.buildFailed,
				);
			}
		}
	}

	return next(request);
};

function definitionsIn(message: {
	readonly $typeName: string;
}): readonly Definition[] {
	if (isOf(message, SolveRequestSchema)) {
		return [
			...(message.Definition ? [message.Definition] : []),
			...Object.values(message.FrontendInputs),
		];
	}

	return isOf(message, BuildRequestSchema) && message.Definition
		? [message.Definition]
		: [];
}

function isOf<T extends DescMessage>(
	message: {readonly $typeName: string},
	schema: T,
): message is MessageShape<T> {
	return message.$typeName === schema.typeName;
}
