/** How V8 keeps the objects of requests; imported before anything else of the gateway. */
import { setFlagsFromString } from 'node:v8';

// Where arrays once outlived two collections, as those of a busy moment do, V8 makes all later ones of that place old from
// birth: they and what they hold are then kept until the next collection of everything. Here nearly all is garbage when the
// answer leaves, so each object starts young. See docs/adr/0193.
setFlagsFromString('--no-allocation-site-pretenuring');
