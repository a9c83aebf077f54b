/** How a call of the SFU's control API is put into HTTP, and its answer read. Pure, for every caller. */
import { z } from 'zod';
import {
  type ControlBody,
  type ControlCall,
  type ControlParams,
  type ControlResponse,
  controlApi,
} from './control.ts';
import { Refusal, RefusalError } from './errors.ts';

/** What a call looks like; `url` is the SFU's base URL with the path of the call. */
export interface ControlRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string | undefined;
}

/** A call as HTTP. `token` is the control token. */
export function controlRequest<C extends ControlCall>(
  name: C,
  to: { controlUrl: string; token: string; traceparent?: string | undefined },
  params: ControlParams<C>,
  body: ControlBody<C>,
): ControlRequest {
  const { method, path } = controlApi[name];
  return {
    method,
    url: new URL(fill(path, params), to.controlUrl),
    headers: {
      authorization: `Bearer ${to.token}`,
      ...(method !== 'GET' && { 'content-type': 'application/json' }),
      ...(to.traceparent && { traceparent: to.traceparent }),
    },
    body: method === 'GET' ? undefined : JSON.stringify(body),
  };
}

/** @throws RefusalError the SFU's own, or `unavailable` if the answer makes no sense. */
export function readControlAnswer<C extends ControlCall>(
  name: C,
  answer: { status: number; text: string },
): ControlResponse<C> {
  const json = parseJson(answer.text);
  if (answer.status < 200 || answer.status > 299) throw refusalOf(name, answer.status, json);
  const parsed = controlApi[name].response.safeParse(json);
  if (parsed.success) return parsed.data as ControlResponse<C>;
  throw new RefusalError('unavailable', 'The media server gave an answer that makes no sense.', {
    cause: parsed.error,
  });
}

function fill(path: string, params: Record<string, unknown>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(`${params[name]}`));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(call: ControlCall, status: number, json: unknown): RefusalError {
  const parsed = z.object({ error: Refusal }).safeParse(json);
  // That the caller itself was not let in is not the participant's fault.
  if (parsed.success && status !== 401 && status !== 403) {
    return RefusalError.fromJson(parsed.data.error);
  }
  return new RefusalError('unavailable', 'The media server refused to work for this meeting.', {
    cause: new Error(`${call} was answered with status ${status}.`),
  });
}
