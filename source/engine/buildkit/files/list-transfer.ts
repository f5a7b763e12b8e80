import {Buffer} from 'node:buffer';
import {fromBinary} from '@bufbuild/protobuf';
import {Code, ConnectError} from '@connectrpc/connect';
import type {Entry} from '../../../filesystem/tree/entry.js';
import {rootPath} from '../../../text/byte-path.js';
import type {BuildkitConnection} from '../connect/connection.js';
import {
	Packet_PacketType as PacketType,
	PacketSchema,
} from '../proto/generated/fsutil_pb.js';
import type {Definition} from '../proto/generated/ops_pb.js';
import type {GrpcCall} from '../session/grpc.js';
import {encodePacket} from '../session/packets.js';
import {entryOfStat} from './stat-entry.js';
import {transfer} from './transfer.js';

/**
A whole listing by a transfer of which only the metadata is taken: 80 bytes for each entry, however large the files are.

@param definition - With the result as its head.
@param signal - Aborting it ends the transfer.
@throws {ConnectError} The engine refuses.
*/
export function listByTransfer(
	connection: BuildkitConnection,
	definition: Definition,
	signal?: AbortSignal,
): AsyncIterable<Entry> {
	return transfer(
		connection,
		{definition, kind: 'local', signal},
		receiveEntries,
	);
}

/** The last `PACKET_STAT` has no entry; a `PACKET_FIN` of ours then says that no contents are wanted (tonistiigi/fsutil send.go). */
async function* receiveEntries(call: GrpcCall): AsyncIterable<Entry> {
	for await (const message of call.messages()) {
		const packet = fromBinary(PacketSchema, message);
		switch (packet.type) {
			case PacketType.PACKET_STAT: {
				if (packet.stat) {
					yield entryOfStat(rootPath, packet.stat);
				} else {
					await call.send([encodePacket({type: PacketType.PACKET_FIN})]);
				}

				break;
			}

			case PacketType.PACKET_FIN: {
				return;
			}

			default: {
				throw new ConnectError(
					Buffer.from(packet.data).toString(),
					Code.Aborted,
				);
			}
		}
	}

	throw new ConnectError('the engine ended the transfer', Code.DataLoss);
}
