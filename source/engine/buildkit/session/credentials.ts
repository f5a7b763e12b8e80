import type {CredentialStore} from '../../docker/credentials.js';
import {Auth} from '../proto/generated/filesync_pb.js';
import {type GrpcMethod, unaryMethod} from './grpc.js';

/**
The other methods of the service hand out tokens instead of passwords. They are not served: an engine that is told so asks
for the credentials (BuildKit, session/auth).

@param store - Where credentials are.
@returns `moby.filesync.v1.Auth/Credentials`.
*/
export function credentialsMethod(store: CredentialStore): GrpcMethod {
	return unaryMethod(Auth.method.credentials, async ({Host: host}) => {
		const {username, secret} = await store.credentialsFor(host);
		return {Username: username, Secret: secret};
	});
}
