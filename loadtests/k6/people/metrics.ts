/** What the scenarios measure besides k6's own metrics. Durations are in ms. loadtests/README.md says what each means. */
import { Counter, Rate, Trend } from 'k6/metrics';

/** From the beginning of an attempt to enter to the answer of `join`, with all waiting that the server asked for. */
export const joinDuration = new Trend('parley_join_duration', true);
/** Shares are of failures, so that what never happened fails no limit. */
export const joinFailed = new Rate('parley_join_failed');
/** Who was in and could not send what they came with. */
export const mediaFailed = new Rate('parley_media_failed');
/** From opening a WebSocket to being let in. */
export const connectDuration = new Trend('parley_connect_duration', true);
export const connectFailures = new Counter('parley_connect_failures');
/** Joins that were told to wait (SPEC.md, J7). */
export const busyAnswers = new Counter('parley_busy_answers');
/** Answers to requests, by `request`. */
export const requestDuration = new Trend('parley_request_duration', true);
/** Requests that were refused or not answered, by `request` and `code`. */
export const requestRefused = new Counter('parley_requests_refused');
/** From the loss of a connection to the answer of `resume`. */
export const resumeDuration = new Trend('parley_resume_duration', true);
export const resumeFailed = new Rate('parley_resume_failed');
/** From one's own change of the room to hearing of it as everyone does. */
export const eventDelay = new Trend('parley_event_delay', true);
/** From writing a message to reading it, by clocks of one machine. */
export const chatDelay = new Trend('parley_chat_delay', true);
/** Messages that somebody in the room never got to read. */
export const chatLost = new Rate('parley_chat_lost');
/** Events or messages that were missing and were asked for, by `of`. */
export const gaps = new Counter('parley_gaps');
/** Connections that ended and were not meant to. */
export const connectionsLost = new Counter('parley_connections_lost');
/** Stays that the server ended and were not meant to, by `reason`. */
export const goodbyes = new Counter('parley_unexpected_goodbyes');
/** Calls of the REST API, by `call`. */
export const restDuration = new Trend('parley_rest_duration', true);
export const restFailed = new Rate('parley_rest_failed');
