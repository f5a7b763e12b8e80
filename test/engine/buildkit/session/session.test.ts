import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {Duplex, PassThrough} from 'node:stream';
import {describe, expect, test} from 'vitest';
import {
	Auth,
	FileSync,
} from '../../../../source/engine/buildkit/proto/generated/filesync_pb.js';
import {Health} from '../../../../source/engine/buildkit/proto/generated/health_pb.js';
import {Secrets} from '../../../../source/engine/buildkit/proto/generated/secrets_pb.js';
import {UsageError} from '../../../../source/errors.js';
import {makeTree} from '../../context/temporary-tree.js';
import {
	call,
	connectSession,
	openCall,
	receive,
	statusOf,
} from './engine-side.js';

const ok = {code: 0, message: ''};

describe('a session', () => {
	test('says what it serves', async () => {
		const {session} = await connectSession();
		expect(session.exposedMethods.toSorted()).toEqual([
			'/grpc.health.v1.Health/Check',
			'/moby.buildkit.secrets.v1.Secrets/GetSecret',
			'/moby.filesync.v1.Auth/Credentials',
			'/moby.filesync.v1.FileSync/DiffCopy',
		]);
	});

	test('has an id of its own, and a key for the same context', async () => {
		const directories = new Map([['context', '/some/where']]);
		const {session: one} = await connectSession({directories});
		const {session: two} = await connectSession({directories});
		const {session: other} = await connectSession();
		expect(one.id).toMatch(/^[\da-f]{32}$/v);
		expect(one.id).not.toBe(two.id);
		expect(one.sharedKey).toBe(two.sharedKey);
		expect(one.sharedKey).not.toBe(other.sharedKey);
	});

	test('is healthy', async () => {
		const {engine} = await connectSession();
		expect(await call(engine, Health.method.check, {})).toMatchObject({
			response: {status: 1},
			status: ok,
		});
	});

	test('doesn’t serve the other methods of its services', async () => {
		const {engine, errors} = await connectSession();
		const {status} = await call(engine, Auth.method.fetchToken, {});
		expect(status.code).toBe(12);
		expect(errors).toEqual([]);
	});

	test('gives out secrets', async () => {
		const {engine, errors} = await connectSession({
			secrets: {
				async read(id) {
					return id === 'known' ? new Uint8Array([1, 0, 255]) : undefined;
				},
			},
		});
		expect(
			await call(engine, Secrets.method.getSecret, {ID: 'known'}),
		).toMatchObject({response: {data: Buffer.from([1, 0, 255])}, status: ok});
		expect(
			await call(engine, Secrets.method.getSecret, {ID: 'other'}),
		).toMatchObject({
			status: {
				code: 5,
				message:
					'there is no secret other; give it with --secret id=other,src=FILE',
			},
		});
		expect(errors).toEqual([]);
	});

	test('gives out credentials', async () => {
		const {engine} = await connectSession({
			credentials: {
				credentialsFor: async host => ({
					username: `user of ${host}`,
					secret: 'pass',
				}),
			},
		});
		expect(
			await call(engine, Auth.method.credentials, {Host: 'localhost:5000'}),
		).toMatchObject({
			response: {Username: 'user of localhost:5000', Secret: 'pass'},
			status: ok,
		});
	});

	test('tells the engine and us why it can’t answer', async () => {
		const {engine, errors} = await connectSession({
			credentials: {
				async credentialsFor() {
					throw new UsageError('The helper says “no”.');
				},
			},
		});
		const {response, status} = await call(engine, Auth.method.credentials, {});
		expect(response).toBeUndefined();
		expect(status).toEqual({code: 2, message: 'The helper says “no”.'});
		expect(errors).toEqual([new UsageError('The helper says “no”.')]);
	});

	test('refuses a request without a message', async () => {
		const {engine} = await connectSession();
		const stream = openCall(engine, Health.method.check);
		const status = statusOf(stream);
		stream.end();
		stream.resume();
		expect(await status).toMatchObject({code: 3});
	});

	test('serves several transfers and questions at a time', async () => {
		const root = await makeTree({a: 'A'.repeat(300_000), b: 'B'});
		const {engine} = await connectSession({
			directories: new Map([
				['context', root],
				['dockerfile', root],
			]),
		});
		const [context, dockerfile, health] = await Promise.all([
			receive(engine),
			receive(engine, {
				metadata: {'dir-name': 'dockerfile', followpaths: ['b']},
			}),
			call(engine, Health.method.check, {}),
		]);
		expect([...context.contents.keys()]).toEqual(['a', 'b']);
		expect([...dockerfile.contents.keys()]).toEqual(['b']);
		expect(health.status).toEqual(ok);
	});

	test('is served on any stream, as a plain buildkitd tunnels it', async () => {
		const content = 'A'.repeat(300_000);
		const root = await makeTree({a: content});
		const {engine, session} = await connectSession(
			{directories: new Map([['context', root]])},
			socket =>
				Duplex.from({
					readable: socket,
					writable: new PassThrough().on('data', (chunk: Buffer) => {
						socket.write(chunk);
					}),
				}),
		);
		const {contents, status} = await receive(engine);
		expect(contents.get('a')?.toString()).toBe(content);
		expect(status).toEqual(ok);
		await session.close();
	});

	test('ends what is under way when it closes', async () => {
		const root = await makeTree({a: ''});
		const {session, engine, errors} = await connectSession({
			directories: new Map([['context', root]]),
		});
		const stream = openCall(engine, FileSync.method.diffCopy, {
			'dir-name': 'context',
		});
		await once(stream, 'data');
		const closed = once(engine, 'close');
		await session.close();
		await closed;
		await session.close();
		expect(errors).toEqual([]);
	});
});
