package io.zurau.tests.servers;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// The other end of [ToolHost]: reads a command, runs that tool's `main` with its streams and its
/// exit caught, answers.
///
/// The clients' classes are loaded once; those of the tools anew for each run, because some tools
/// count in statics.
final class ToolHostMain {
    private static final int TIMED_OUT = 124;

    /// Thrown where a tool would end the process.
    private static final class Ended extends Error {
        private static final long serialVersionUID = 1;
    }

    private final URLClassLoader clients;
    private final URL[] tools;
    private final Queue<Runnable> shutdownHooks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger exitCode = new AtomicInteger(-1);

    private ToolHostMain(URLClassLoader clients, URL[] tools) {
        this.clients = clients;
        this.tools = tools;
    }

    public static void main(String[] arguments) throws Exception {
        DataInputStream requests = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream answers = new DataOutputStream(System.out);
        ToolHostMain host = of(new File(arguments[0]));
        host.trapExits();
        while (true) {
            String mainClass;
            try {
                mainClass = requests.readUTF();
            } catch (EOFException e) {
                return;
            }
            String[] toolArguments = new String[requests.readInt()];
            for (int i = 0; i < toolArguments.length; i++) {
                toolArguments[i] = requests.readUTF();
            }
            byte[] input = requests.readNBytes(requests.readInt());
            int limitSeconds = requests.readInt();
            host.answer(answers, mainClass, toolArguments, input, limitSeconds);
        }
    }

    private static ToolHostMain of(File folder) throws MalformedURLException {
        List<URL> clientJars = new ArrayList<>();
        List<URL> toolJars = new ArrayList<>();
        File[] jars = folder.listFiles((parent, name) -> name.endsWith(".jar"));
        if (jars == null) {
            throw new IllegalArgumentException(folder + " is not a folder.");
        }
        for (File jar : jars) {
            boolean tool =
                    jar.getName().startsWith("kafka-tools-") || jar.getName().startsWith("kafka_");
            (tool ? toolJars : clientJars).add(jar.toURI().toURL());
        }
        URLClassLoader clients =
                new URLClassLoader(
                        clientJars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        return new ToolHostMain(clients, toolJars.toArray(URL[]::new));
    }

    private void answer(
            DataOutputStream answers,
            String mainClass,
            String[] arguments,
            byte[] input,
            int limitSeconds)
            throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, false, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        System.setIn(new ByteArrayInputStream(input));
        exitCode.set(-1);
        shutdownHooks.clear();
        Thread tool = new Thread(() -> run(mainClass, arguments), "tool");
        tool.start();
        tool.join(limitSeconds * 1000L);
        boolean late = tool.isAlive();
        if (late) {
            for (StackTraceElement frame : tool.getStackTrace()) {
                System.err.println("  still at " + frame);
            }
        }
        System.out.flush();
        answers.writeInt(late ? TIMED_OUT : Math.max(exitCode.get(), 0));
        answers.writeInt(output.size());
        output.writeTo(answers);
        answers.writeInt(errors.size());
        errors.writeTo(answers);
        answers.flush();
        if (late) {
            Runtime.getRuntime().halt(TIMED_OUT);
        }
    }

    private void run(String mainClass, String[] arguments) {
        try (URLClassLoader loader = new URLClassLoader(tools, clients)) {
            Thread.currentThread().setContextClassLoader(loader);
            Method main = loader.loadClass(mainClass).getMethod("main", String[].class);
            try {
                main.invoke(null, (Object) arguments);
            } catch (InvocationTargetException e) {
                if (!(e.getCause() instanceof Ended)) {
                    throw e;
                }
            }
            while (!shutdownHooks.isEmpty()) {
                shutdownHooks.remove().run();
            }
        } catch (ReflectiveOperationException | IOException e) {
            e.printStackTrace();
            exitCode.compareAndSet(-1, 1);
        }
    }

    /// Makes Kafka's `Exit` note the code and throw, and keep shutdown hooks for when the tool has
    /// ended.
    private void trapExits() throws ReflectiveOperationException {
        Class<?> exit = clients.loadClass("org.apache.kafka.common.utils.Exit");
        Class<?> procedure = clients.loadClass("org.apache.kafka.common.utils.Exit$Procedure");
        Class<?> adder = clients.loadClass("org.apache.kafka.common.utils.Exit$ShutdownHookAdder");
        Object end =
                Proxy.newProxyInstance(
                        clients,
                        new Class<?>[] {procedure},
                        (proxy, method, values) -> {
                            exitCode.compareAndSet(-1, (Integer) values[0]);
                            throw new Ended();
                        });
        Object keep =
                Proxy.newProxyInstance(
                        clients,
                        new Class<?>[] {adder},
                        (proxy, method, values) -> shutdownHooks.add((Runnable) values[1]));
        exit.getMethod("setExitProcedure", procedure).invoke(null, end);
        exit.getMethod("setHaltProcedure", procedure).invoke(null, end);
        exit.getMethod("setShutdownHookAdder", adder).invoke(null, keep);
    }
}
