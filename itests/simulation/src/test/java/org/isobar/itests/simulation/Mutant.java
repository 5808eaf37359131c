package org.isobar.itests.simulation;

import javassist.CannotCompileException;
import javassist.CtClass;
import javassist.CtMethod;
import javassist.NotFoundException;
import javassist.expr.ExprEditor;
import javassist.expr.MethodCall;

/**
 * A product with one fault built in, to see whether the simulation finds it. The class files are as they were built; one
 * method of one class is changed while a {@link MutantLoader} loads it.
 *
 * @param name short
 * @param what what the product does wrong then
 * @param className the class that is changed
 * @param edit how
 * @param seeds class that hunts it: its {@code run(long)} throws when the product does wrong
 */
record Mutant(String name, String what, String className, Edit edit, String seeds) {
    /** One that whole members in trouble find. */
    Mutant(final String name, final String what, final String className, final Edit edit) {
        this(name, what, className, edit, Seed.class.getName());
    }

    /** A change of a class. */
    @FunctionalInterface
    interface Edit {
        void apply(CtClass of) throws CannotCompileException, NotFoundException;
    }

    /** Puts statements at the beginning of a method; {@code $1} is its first argument. */
    static Edit before(final String method, final String statements) {
        return type -> method(type, method).insertBefore(statements);
    }

    /** Puts statements at the end of a method; {@code $_} is its result. */
    static Edit after(final String method, final String statements) {
        return type -> method(type, method).insertAfter(statements);
    }

    /** Gives a method another body. */
    static Edit instead(final String method, final String body) {
        return type -> method(type, method).setBody(body);
    }

    /** Puts other statements in the place of the calls that a method makes of another. */
    static Edit call(final String method, final String called, final String statements) {
        return type -> {
            final int[] found = new int[1];
            method(type, method).instrument(new ExprEditor() {
                @Override
                public void edit(final MethodCall call) throws CannotCompileException {
                    if (call.getMethodName().equals(called)) {
                        found[0]++;
                        call.replace(statements);
                    }
                }
            });
            if (found[0] == 0) {
                throw new AssertionError(type.getName() + "." + method + " does not call " + called + " any more");
            }
        };
    }

    /** Two changes of one class. */
    static Edit both(final Edit first, final Edit second) {
        return type -> {
            first.apply(type);
            second.apply(type);
        };
    }

    private static CtMethod method(final CtClass type, final String name) throws NotFoundException {
        return type.getDeclaredMethod(name);
    }
}
