import type { meshApi } from '@parley/protocol';
import type { ControlHandlers } from '../control-routes.ts';
import type { OutgoingPipes } from './outgoing-pipes.ts';

/** The calls that SFUs make to each other. */
export type MeshCall = keyof typeof meshApi;

/** What each of these calls does with what this SFU sends to others. */
export function meshHandlers(outgoing: OutgoingPipes): Pick<ControlHandlers, MeshCall> {
  return {
    meetSfu: ({ params, body }) => outgoing.meet(params, body),
    openPipes: ({ params, body }) => outgoing.open(params, body),
    async connectLink({ params, body }) {
      await outgoing.connect(params, body);
      return {};
    },
    setPipeLayers: ({ params, body }) => outgoing.setLayers(params, body),
    async closePipes({ params, body }) {
      await outgoing.closePipes(params, body);
      return {};
    },
  };
}
