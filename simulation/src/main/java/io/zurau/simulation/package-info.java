/// Door sign: to be written with the module.
package io.zurau.simulation;
