// Package browsertest holds the tests that use the pages as people do: in a
// real browser, by mouse, by keyboard, on a phone, without script, two people
// at once. It has no code of its own.
//
// Every test has the demo organisation to itself, in a database that is a copy
// of one that is made once. All share one Chromium, each tab in a context of its
// own, with its own cookies and cache. Every tab is watched while a test uses
// it: a message of error in the console, a breach of the content security
// policy, a request to another origin or an answer that the test did not expect
// fails the test. A test that fails leaves a picture of each of its tabs in a
// temporary folder, and says where.
//
// Laws: nothing here waits for a length of time, only for something to become
// true. Input is the browser's own, as from a real mouse and keyboard. What
// came of it is asked of the application, not only of the page.
//
// axe-core, which judges accessibility, comes with npm ci --ignore-scripts in
// this folder; ./do test runs it.
package browsertest
